#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "workflow/values/region.h"

namespace workflow {

/// Greedy non-maximum suppression: the places of the regions that stay, the best score first, equal scores by place.
/// A region goes where it overlaps a better one that stays by more than `iou` (0..1); with `by_concept` only where both
/// have the same top concept. O(n log n + n * kept). Throws Error: InvalidSetting for an `iou` out of its range,
/// InvalidValue for a NaN score.
std::vector<std::size_t> non_maximum_suppression(std::span<const Region> regions, float iou, bool by_concept);

}  // namespace workflow
