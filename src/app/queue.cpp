#include "app/queue.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "app/k_centre.h"
#include "base/sip_hash.h"

namespace workflow {
namespace {

// Who may be given an annotation: ?1 the reviewer, ?2 the consensus, ?3 the task.
constexpr std::string_view may_have = R"(
  (?3 = '' OR a.task = ?3)
  AND NOT EXISTS (SELECT 1 FROM leases l WHERE l.annotation = a.id AND l.reviewer = ?1)
  AND NOT EXISTS (SELECT 1 FROM decisions d WHERE d.annotation = a.id AND d.revision = a.revision AND d."by" = ?1)
  AND (SELECT count(*) FROM leases l WHERE l.annotation = a.id) <
      max(1, ?2 - (SELECT count(*) FROM decisions d WHERE d.annotation = a.id AND d.revision = a.revision)))";

// How many of the most uncertain ones are looked at for their distance to each other.
constexpr std::size_t most_compared = 4096;

std::vector<std::int64_t> ids_by(Database& db, std::string_view order, std::size_t most, const NextOptions& options, int consensus) {
  // Where few of many annotations are in review, only those are to be looked at: SQLite's planner is told so.
  const std::string sql = fmt::format(
      R"(SELECT a.id, a.edge, a.margin FROM annotations a INDEXED BY annotations_in_review
         WHERE a.status IN (24151, 24157, 24159) AND {0}
         UNION ALL
         SELECT a.id, a.edge, a.margin FROM audits u CROSS JOIN annotations a ON a.id = u.annotation
         WHERE u.verdict IS NULL AND a.status = 24150 AND {0}
         ORDER BY {1} LIMIT ?4)",
      may_have, order);
  constexpr std::size_t all = std::numeric_limits<std::int64_t>::max();
  Query query = db.query(sql, options.by, consensus, options.task, static_cast<std::int64_t>(std::min(most, all)));
  std::vector<std::int64_t> ids;
  while (query.next()) ids.push_back(query.integer(0));
  return ids;
}

std::vector<std::int64_t> random_ids(std::vector<std::int64_t> ids, std::size_t most, std::int64_t seed) {
  constexpr std::uint64_t key = 0x7175657565;  // no other choice with this seed
  std::vector<std::pair<std::uint64_t, std::int64_t>> shuffled;
  shuffled.reserve(ids.size());
  for (const std::int64_t id : ids) shuffled.emplace_back(sip_hash(std::to_string(id), static_cast<std::uint64_t>(seed), key), id);
  most = std::min(most, shuffled.size());
  std::partial_sort(shuffled.begin(), shuffled.begin() + static_cast<std::ptrdiff_t>(most), shuffled.end());
  ids.clear();
  for (std::size_t i = 0; i < most; ++i) ids.push_back(shuffled[i].second);
  return ids;
}

}  // namespace

std::vector<std::int64_t> queue_front(Database& db, std::size_t most, const NextOptions& options, int consensus) {
  const std::size_t all = std::numeric_limits<std::size_t>::max();
  switch (options.strategy) {
    case Strategy::Uncertain: return ids_by(db, "2, 1", most, options, consensus);
    case Strategy::Margin: return ids_by(db, "3, 1", most, options, consensus);
    case Strategy::Oldest: return ids_by(db, "1", most, options, consensus);
    case Strategy::Random: return random_ids(ids_by(db, "1", all, options, consensus), most, options.seed);
    case Strategy::Diverse: break;
  }
  return far_apart(db, ids_by(db, "2, 1", most_compared, options, consensus), most);
}

}  // namespace workflow
