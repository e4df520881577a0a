#pragma once

#include <optional>
#include <string_view>

#include "workflow/base/export.h"
#include "workflow/operators/track_memory.h"
#include "workflow/values/concepts.h"
#include "workflow/values/region.h"

namespace workflow {

/// What Reuse remembers in one run.
struct ReuseState {
  TrackMemory<std::optional<Concepts>> read = {};
};

/// Says of each tracked region what was last read off its track: a classifier runs on some frames, its answer stands on all
/// of them. On two ports, the tracked regions and what was read off some of them; Redetect chooses which.
/// @code
///   auto read = faces.then(Redetect{.every = 15}).then(Crop{}).then(read_expression);
///   auto expressions = faces.then(Reuse{}, read).named("expressions");
/// @endcode
/// What was never read, and a region without a track that was not read now, gives none. Of the 4,096 tracks seen last.
struct Reuse {
  static constexpr std::string_view kind = "reuse";

  WORKFLOW_EXPORT std::optional<Concepts> operator()(const Region& region, const Concepts* read, ReuseState& state) const;
};

}  // namespace workflow
