#include "workflow/operators/reuse.h"

namespace workflow {

std::optional<Concepts> Reuse::operator()(const Region& region, const Concepts* read, ReuseState& state) const {
  if (!region.track) return read ? std::optional(*read) : std::nullopt;
  std::optional<Concepts>& known = state.read.of(*region.track);
  if (read) known = *read;
  return known;
}

}  // namespace workflow
