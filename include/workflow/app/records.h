#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "workflow/base/json.h"
#include "workflow/values/annotation.h"

namespace workflow {

/// What an app knows of an input itself.
struct Input {
  std::string id = {};     ///< as its source calls it: "cats/a.jpg"
  int width = 0;           ///< pixels, of a picture; 0 where it is not known
  int height = 0;
  Json metadata = {};      ///< an object of the host's own, that a search can ask for; null for none
  friend bool operator==(const Input&, const Input&) = default;
};

/// Which annotations; what is left out asks for nothing.
/// @code
///   app.annotations({.status = Status::Success, .concept_name = "cat", .reviewed = true})
/// @endcode
struct AnnotationQuery {
  std::optional<std::string> input_id = {};
  std::optional<Status> status = {};
  std::optional<std::string> concept_name = {};  ///< it must hold
  std::optional<std::string> run = {};
  std::optional<std::string> task = {};
  std::optional<bool> reviewed = {};  ///< whether a person decided on it
  std::int64_t after = 0;             ///< only ids above this one: the last of the page before
  std::size_t most = 1000;            ///< so many of them, by id
};

/// One move of an annotation from status to status.
struct Move {
  Time at = {};
  std::string by = {};
  std::string what = {};             ///< "submit", "approve", "correct", "reject", "vote" (one of several persons')
  std::optional<Status> from = {};   ///< none for the first, "submit"
  Status to = Status::Success;
  std::string note = {};
  friend bool operator==(const Move&, const Move&) = default;
};

/// What undo() did to a run's annotations.
struct Undone {
  std::size_t taken_back = 0;
  std::size_t kept = 0;  ///< on which persons had decided
};

/// How annotations travel: docs/formats.md tells each.
enum class Format {
  Coco,       ///< one COCO JSON file, one COCO annotation a concept
  JsonLines,  ///< a line of JSON an input
  Csv,        ///< a row a concept
};

}  // namespace workflow
