#pragma once

#include <cstdint>
#include <string_view>
#include <tuple>

#include "workflow/graph/settings.h"
#include "workflow/operators/track_memory.h"
#include "workflow/values/image.h"
#include "workflow/values/region.h"

namespace workflow {

/// What Redetect counts in one run.
struct RedetectState {
  std::uint64_t frames = 0;
  TrackMemory<std::uint64_t> sightings = {};
};

/// Lets a model see only some of what changes slowly; what it says holds for the others, too. The cheapest speed-up there
/// is: a detector on every fifth frame is a fifth of the work, and `run.stats()` shows it.
/// Of frames, the first and every n-th after it go through, and Track fills in those between:
/// @code
///   auto looked_at = frame.then(Redetect{.every = 5}).then(find_faces);
///   auto faces = frame.then(Track{}, looked_at);
/// @endcode
/// Of regions, each track's first and every n-th sighting after it, and Reuse fills in the others:
/// @code
///   auto read = faces.then(Redetect{.every = 15}).then(Crop{}).then(read_expression);
///   auto expressions = faces.then(Reuse{}, read);
/// @endcode
/// A region that belongs to no track always goes through.
struct Redetect {
  int every = 5;  ///< 1 lets everything through; 1..1,000,000

  static constexpr std::string_view kind = "redetect";
  static auto settings() { return std::tuple{setting("every", &Redetect::every, between(1, 1'000'000))}; }

  using State = RedetectState;
  WORKFLOW_EXPORT bool operator()(const Image& frame, RedetectState& state) const;
  WORKFLOW_EXPORT bool operator()(const Region& region, RedetectState& state) const;
};

}  // namespace workflow
