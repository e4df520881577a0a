#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "app/annotation_rows.h"
#include "app/store.h"
#include "base/in_quotes.h"
#include "workflow/app/review.h"
#include "workflow/base/error.h"

namespace workflow {
namespace {

/// What one person says of one annotation.
struct Vote {
  const Annotation& annotation;
  std::string_view verdict;
  std::string_view by;
  std::string_view note;
  const Concepts* concepts = nullptr;  ///< of a correction

  Status leads_to() const { return verdict == "reject" ? Status::ReviewDenied : Status::Success; }

  // Two corrections are alike where they name the same concepts.
  std::optional<std::string> names() const {
    if (!concepts) return std::nullopt;
    std::vector<std::string> sorted;
    for (const Concept& it : *concepts) sorted.push_back(it.name);
    std::sort(sorted.begin(), sorted.end());
    Json list = Json::array();
    for (std::string& name : sorted) list.push_back(std::move(name));
    return list.dump();
  }
};

// The annotation as it stands; throws where it is not what the person saw.
Annotation seen_by(Writing& to, const Vote& vote) {
  Annotation now = read_annotation(to.db, vote.annotation.id);
  if (now.revision == vote.annotation.revision) return now;
  throw Error(ErrorCode::Conflict, "review",
              fmt::format("annotation {} changed meanwhile: it is {} by {}, revision {}, not {}; look at it again, then decide", now.id,
                          word_of(now.status), in_quotes(now.reviewed_by), now.revision, vote.annotation.revision));
}

void log_move(Writing& to, const Vote& vote, std::string_view what, Status from, Status where) {
  to.db.change(R"(INSERT INTO moves (annotation, at, "by", what, "from", "to", note) VALUES (?, ?, ?, ?, ?, ?, ?))", vote.annotation.id,
               to.now, vote.by, what, static_cast<int>(from), static_cast<int>(where), vote.note);
}

// Notes the vote in place of an earlier one of the same person; how many now think alike.
std::int64_t votes_with(Writing& to, const Vote& vote) {
  const std::int64_t id = vote.annotation.id;
  const std::int64_t revision = vote.annotation.revision;
  to.db.change(R"(DELETE FROM decisions WHERE annotation = ? AND revision = ? AND "by" = ?)", id, revision, vote.by);
  to.db.change(R"(INSERT INTO decisions (annotation, revision, "by", verdict, concepts, at) VALUES (?, ?, ?, ?, ?, ?))", id, revision,
               vote.by, vote.verdict, vote.names(), to.now);
  Query alike = to.db.query("SELECT count(*) FROM decisions WHERE annotation = ? AND revision = ? AND verdict = ? AND concepts IS ?", id,
                            revision, vote.verdict, vote.names());
  alike.next();
  return alike.integer(0);
}

void put_concepts(Writing& to, std::int64_t id, const Concepts& concepts) {
  Query corrected = to.db.query("SELECT corrected FROM annotations WHERE id = ?", id);
  corrected.next();
  if (corrected.integer(0) == 0)
    to.db.change("UPDATE labels SET of_model = 1 WHERE annotation = ? AND of_model = 0", id);
  else
    to.db.change("DELETE FROM labels WHERE annotation = ? AND of_model = 0", id);
  to.db.change("UPDATE annotations SET corrected = 1 WHERE id = ?", id);
  add_labels(to, id, concepts, false);
}

void settle(Writing& to, const Vote& vote, Status from) {
  const std::int64_t id = vote.annotation.id;
  if (vote.concepts) put_concepts(to, id, *vote.concepts);
  to.db.change("UPDATE annotations SET status = ?, revision = revision + 1, modified = ?, reviewed_by = ? WHERE id = ?",
               static_cast<int>(vote.leads_to()), to.now, vote.by, id);
  log_move(to, vote, vote.verdict, from, vote.leads_to());
  to.db.change("DELETE FROM leases WHERE annotation = ?", id);
  to.db.change("UPDATE audits SET verdict = ? WHERE annotation = ? AND verdict IS NULL", vote.verdict, id);
}

// Whether enough persons think alike, so that the annotation moved.
bool decide(Writing& to, const Vote& vote, int consensus) {
  const Annotation now = seen_by(to, vote);
  const bool is_enough = votes_with(to, vote) >= consensus;
  // Who asked without a name may decide with one.
  to.db.change("DELETE FROM leases WHERE annotation = ? AND reviewer IN (?, '')", now.id, vote.by);
  if (is_enough) {
    settle(to, vote, now.status);
  } else {
    to.db.change("UPDATE annotations SET status = ?, modified = ? WHERE id = ?", static_cast<int>(Status::AwaitingConsensus), to.now, now.id);
    log_move(to, vote, "vote", now.status, Status::AwaitingConsensus);
  }
  return is_enough;
}

void check_by(std::string_view by) {
  if (by.empty()) throw Error(ErrorCode::InvalidSetting, "review", "by: wanted who decides, got nobody");
}

}  // namespace

void Review::approve(const Annotation& annotation, const Decision& decision) const {
  check_by(decision.by);
  store_->write([&](Writing& to) { decide(to, {annotation, "approve", decision.by, decision.note}, options_.consensus); });
}

void Review::correct(const Annotation& annotation, const Concepts& concepts, const Decision& decision) const {
  check_by(decision.by);
  check_concepts(concepts);
  store_->write([&](Writing& to) { decide(to, {annotation, "correct", decision.by, decision.note, &concepts}, options_.consensus); });
}

void Review::reject(const Annotation& annotation, const Rejection& rejection) const {
  check_by(rejection.by);
  store_->write([&](Writing& to) {
    const Annotation now = read_annotation(to.db, annotation.id);
    if (!decide(to, {annotation, "reject", rejection.by, rejection.note}, options_.consensus) || !rejection.again) return;
    AnnotationRecord again{.annotation = {.input_id = now.input_id,
                                          .path = now.path,
                                          .region = now.region,
                                          .moment = now.moment,
                                          .status = Status::AwaitingReview,
                                          .by = rejection.by,
                                          .task = now.task,
                                          .info = now.info},
                           .submitted = Status::AwaitingReview};
    submit_annotation(to, again, {});
  });
}

}  // namespace workflow
