#include "workflow/app/review.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "app/annotation_rows.h"
#include "app/queue.h"
#include "app/store.h"
#include "base/sip_hash.h"
#include "workflow/base/error.h"

namespace workflow {
namespace {

[[noreturn]] void refuse(std::string_view text) { throw Error(ErrorCode::InvalidSetting, "review", text); }

constexpr std::uint64_t audit_key = 0x6175646974;  // another choice than Sample's with the same seed

bool is_chosen(std::int64_t id, double fraction, std::int64_t seed) {
  const std::uint64_t hash = sip_hash(std::to_string(id), static_cast<std::uint64_t>(seed), audit_key);
  return static_cast<double>(hash >> 11) * 0x1p-53 < fraction;
}

std::size_t count(Database& db, std::string_view sql) {
  Query query = db.query(sql);
  query.next();
  return static_cast<std::size_t>(query.integer(0));
}

}  // namespace

Review::Review(std::shared_ptr<Store> store, const ReviewOptions& options) : store_(std::move(store)), options_(options) {
  if (options.consensus < 1 || options.consensus > 100) refuse(fmt::format("consensus: wanted 1..100, got {}", options.consensus));
}

std::vector<Annotation> Review::next(std::size_t most, const NextOptions& options) const {
  if (options.lease.count() < 1 || options.lease.count() > 604'800)
    refuse(fmt::format("lease: wanted 1..604,800 s, got {}", options.lease.count()));
  if (options_.consensus > 1 && options.by.empty()) refuse("by: wanted who asks, as several persons are to decide, got nobody");
  std::vector<Annotation> given;
  if (most == 0) return given;
  store_->write([&](Writing& to) {
    given.clear();
    to.db.change("DELETE FROM leases WHERE until <= ?", to.now);
    for (const std::int64_t id : queue_front(to.db, most, options, options_.consensus)) {
      to.db.change("INSERT INTO leases (annotation, reviewer, until) VALUES (?, ?, ?)", id, options.by,
                   to.now + std::chrono::microseconds(options.lease).count());
      given.push_back(read_annotation(to.db, id));
    }
  });
  return given;
}

void Review::release(const Annotation& annotation, const Decision& decision) const {
  store_->write([&](Writing& to) {
    to.db.change("DELETE FROM leases WHERE annotation = ? AND reviewer = ?", annotation.id, decision.by);
  });
}

std::size_t Review::audit(double fraction, std::int64_t seed) const {
  if (!(fraction >= 0 && fraction <= 1)) refuse(fmt::format("fraction: wanted 0..1, got {:g}", fraction));
  std::size_t chosen = 0;
  store_->write([&](Writing& to) {
    chosen = 0;
    Query accepted = to.db.query(
        R"(SELECT id FROM annotations a WHERE status = 24150 AND writer IS NOT NULL AND reviewed_by IS NULL
           AND NOT EXISTS (SELECT 1 FROM audits u WHERE u.annotation = a.id))");
    while (accepted.next()) {
      if (!is_chosen(accepted.integer(0), fraction, seed)) continue;
      to.db.change("INSERT INTO audits (annotation, chosen) VALUES (?, ?)", accepted.integer(0), to.now);
      ++chosen;
    }
  });
  return chosen;
}

Quality Review::quality() const {
  return store_->read([](Database& db) {
    Quality quality{.open = count(db, "SELECT count(*) FROM audits WHERE verdict IS NULL"),
                    .decided = count(db, "SELECT count(*) FROM audits WHERE verdict IS NOT NULL"),
                    .right = count(db, "SELECT count(*) FROM audits WHERE verdict = 'approve'")};
    if (quality.decided == 0) return quality;
    // Wilson, Probable inference, the law of succession, and statistical inference (1927).
    constexpr double z = 1.959963984540054;
    const auto n = static_cast<double>(quality.decided);
    const double p = static_cast<double>(quality.right) / n;
    const double centre = (p + z * z / (2 * n)) / (1 + z * z / n);
    const double half = z / (1 + z * z / n) * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n));
    quality.precision = p;
    quality.low = std::max(0.0, centre - half);
    quality.high = std::min(1.0, centre + half);
    return quality;
  });
}

std::vector<Agreement> Review::agreement() const {
  return store_->read([](Database& db) {
    std::vector<Agreement> all;
    Query pairs = db.query(
        R"(SELECT a."by", b."by", count(*), sum(a.verdict = b.verdict AND a.concepts IS b.concepts)
           FROM decisions a JOIN decisions b ON b.annotation = a.annotation AND b.revision = a.revision AND a."by" < b."by"
           GROUP BY a."by", b."by" ORDER BY a."by", b."by")");
    while (pairs.next())
      all.push_back({.first = std::string(pairs.text(0)),
                     .second = std::string(pairs.text(1)),
                     .both = static_cast<std::size_t>(pairs.integer(2)),
                     .alike = static_cast<std::size_t>(pairs.integer(3))});
    return all;
  });
}

}  // namespace workflow
