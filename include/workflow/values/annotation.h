#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "workflow/base/json.h"
#include "workflow/values/box.h"
#include "workflow/values/concepts.h"
#include "workflow/values/moment.h"
#include "workflow/values/status.h"

namespace workflow {

/// A time of the world's clock (UTC).
using Time = std::chrono::sys_time<std::chrono::microseconds>;

/// What is said of an input, or of a place on it, and how far that is. Plain data: a change of it changes no app.
struct Annotation {
  std::int64_t id = 0;                   ///< unique in its app and never used again; 0 before it is written
  std::string input_id = {};
  std::vector<std::uint32_t> path = {};  ///< the item's place below the input: {2} is region 2; empty for the whole
  std::optional<Box> region = {};        ///< on the input's own picture; none for the whole
  std::optional<Moment> moment = {};     ///< of a video's frame
  Concepts concepts = {};                ///< what holds: a model's, or, once corrected, the person's
  std::optional<Concepts> model_concepts = {};  ///< what the model had said, where a person corrected it
  Status status = Status::Success;
  std::string by = {};                   ///< "image-classifier@1", "my-graph@5f3a", or a person
  std::string reviewed_by = {};          ///< the person who decided on it last; empty where none has
  std::string run = {};                  ///< the run that wrote it; empty for a person's own
  std::string task = {};
  Json info = {};                        ///< the host's own
  std::string graph = {};                ///< with what follows, the step that wrote it; empty for a person's own
  std::string graph_version = {};        ///< a hash of the graph's steps and settings
  std::string step = {};
  std::string model = {};                ///< the model that it came through, "image-classifier@1"
  std::int64_t revision = 0;             ///< counts its moves: a decision on an older one is refused
  Time created = {};
  Time modified = {};                    ///< by its last move

  friend bool operator==(const Annotation&, const Annotation&) = default;
};

}  // namespace workflow
