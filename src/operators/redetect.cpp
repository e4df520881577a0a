#include "workflow/operators/redetect.h"

namespace workflow {
namespace {

bool is_due(std::uint64_t& count, int every) { return count++ % static_cast<std::uint64_t>(every) == 0; }

}  // namespace

bool Redetect::operator()(const Image&, RedetectState& state) const { return is_due(state.frames, every); }

bool Redetect::operator()(const Region& region, RedetectState& state) const {
  return !region.track || is_due(state.sightings.of(*region.track), every);
}

}  // namespace workflow
