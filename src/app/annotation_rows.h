#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/database.h"
#include "app/writing.h"
#include "workflow/app/records.h"
#include "workflow/graph/effect.h"

namespace workflow {

/// An annotation with everything that is kept of it beside what it says.
struct AnnotationRecord {
  Annotation annotation = {};
  Json bands = {};                 ///< of the band that let it through; null for none
  std::vector<Reason> why = {};
  std::vector<Move> moves = {};    ///< after the first
  Status submitted = Status::Success;  ///< the status that it began with
};

/// Throws Error (InvalidValue) for a concept without a name or a score outside 0..1.
void check_concepts(const Concepts& concepts);

/// Throws Error (InvalidValue) for a concept without a name, a score outside 0..1, or a region that is not on the picture.
void check_annotation(const Annotation& annotation);

/// Adds an annotation as it is submitted now, of the step that it names, if any; its id, or none where that step wrote this
/// item before.
std::optional<std::int64_t> submit_annotation(Writing& to, const AnnotationRecord& record, PictureSize size);

/// Adds one that comes from elsewhere, with all that happened to it, under `id` (none: a new one).
std::optional<std::int64_t> restore_annotation(Writing& to, const AnnotationRecord& record, std::optional<std::int64_t> id);

/// The rows of a query that begins with this text, one annotation each.
extern const std::string_view select_annotations;
Annotation annotation_of(Database& db, const Query& row);

/// Throws Error (NotFound).
Annotation read_annotation(Database& db, std::int64_t id);

/// Writes concepts as those that hold, in place of nothing.
void add_labels(Writing& to, std::int64_t annotation, const Concepts& concepts, bool of_model);

std::vector<Move> read_moves(Database& db, std::int64_t id);
std::vector<Reason> read_why(Database& db, std::int64_t id);

/// A path as it is written: "2/0"; and read back. Throws Error (Unreadable).
std::string path_text(const std::vector<std::uint32_t>& path);
std::vector<std::uint32_t> path_of_text(std::string_view text);

inline Time time_of(std::int64_t microseconds) { return Time(std::chrono::microseconds(microseconds)); }
inline std::int64_t microseconds_of(Time time) { return time.time_since_epoch().count(); }

/// Reads a number that should be a status; one that a broken file holds throws Error (InvalidValue).
Status status_of_code(std::int64_t code);

}  // namespace workflow
