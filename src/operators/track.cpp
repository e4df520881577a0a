#include "workflow/operators/track.h"

#include <fmt/format.h>

#include <cmath>

#include "operators/tracker.h"
#include "workflow/graph/tally.h"

namespace workflow {
namespace {

void check_regions(Group<Region> found) {
  if (found.size() > Track::most)
    throw Error(ErrorCode::InvalidValue, Track::kind,
                fmt::format("wanted at most {} regions on one frame, got {}", Track::most, found.size()));
  for (const Region& region : found)
    for (const float number : {region.score, region.box.left, region.box.top, region.box.right, region.box.bottom})
      if (!std::isfinite(number))
        throw Error(ErrorCode::InvalidValue, Track::kind, "wanted a score and a box made of numbers, got NaN or infinity");
}

std::vector<Region> followed(const Group<Region>* found, TrackState& state, const Track& settings) {
  if (!state.tracker) state.tracker = std::make_shared<Tracker>();
  if (!found) return state.tracker->pass(settings);
  try {
    check_regions(*found);
  } catch (const Error&) {
    state.tracker->pass(settings);  // time goes on
    throw;
  }
  for (const Region& region : *found)
    if (region.box.width() <= 0 || region.box.height() <= 0) tally("boxes without an inside");
  return state.tracker->look(found->span(), settings);
}

}  // namespace

void Track::check() const {
  if (low > high)
    throw Error(ErrorCode::InvalidSetting, kind, fmt::format("low: wanted at most high ({:g}), got {:g}", high, low));
}

std::vector<Region> Track::operator()(Group<Region> found, TrackState& state) const {
  return followed(&found, state, *this);
}

std::vector<Region> Track::operator()(const Image&, const Group<Region>* found, TrackState& state) const {
  return followed(found, state, *this);
}

}  // namespace workflow
