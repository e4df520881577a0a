#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "workflow/base/export.h"
#include "workflow/base/json.h"
#include "workflow/values/box.h"
#include "workflow/values/concepts.h"
#include "workflow/values/moment.h"

namespace workflow {

/// Where an annotation stands on its way.
enum class Status {
  Success,            ///< 24150: sure, or decided by a person
  PendingReview,      ///< 24151: a model's, doubtful, for a person to decide
  AwaitingReview,     ///< 24157: a person's, for another person to approve
  ReviewDenied,       ///< 24158
  AwaitingConsensus,  ///< 24159: some of the wanted people have decided
};

WORKFLOW_EXPORT int code_of(Status status);
WORKFLOW_EXPORT std::string_view name_of(Status status);            ///< "success", "pending-review", ...
WORKFLOW_EXPORT Status status_named(std::string_view name);         ///< Throws Error (InvalidSetting)

/// What is said of an input, or of a region or a frame of it. Times are milliseconds since 1970 in UTC.
struct Annotation {
  std::int64_t id = 0;                  ///< given by the app; 0 before it is written
  std::string input_id = {};
  std::optional<Box> region = {};       ///< relative to the input's image; none: the whole
  std::optional<Moment> moment = {};    ///< of a video's frame
  Concepts concepts = {};
  Status status = Status::Success;
  std::string by = {};                  ///< "face-mask@1", "graph label-photos@1f3a...", or a person
  std::string run = {};                 ///< which run wrote it; `app.undo(run)` takes it back
  std::string task = {};
  Json info = {};                       ///< the host's own, an object or null
  std::string key = {};                 ///< what makes writing it again a no-op; unique in an app, empty for none
  Concepts models_concepts = {};        ///< after a correction: what the model had said
  Json why = {};                        ///< how the graph came to it: an array of steps, see Result::why
  std::int64_t created = 0;
  std::int64_t modified = 0;
  friend bool operator==(const Annotation&, const Annotation&) = default;
};

}  // namespace workflow
