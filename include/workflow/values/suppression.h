#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "workflow/base/export.h"
#include "workflow/values/region.h"

namespace workflow {

/// How much two boxes overlap.
enum class Overlap {
  OfUnion,    ///< intersection over union
  OfSmaller,  ///< intersection over the smaller box: a part of an object lies wholly on the whole one
};

/// Greedy non-maximum suppression: of boxes that overlap more than `at_most`, the one with the best score stays (equal
/// scores: the first). Gives the indices that stay, best score first. With `by_concept`, only regions of the same top
/// concept suppress each other. Throws Error: InvalidValue for a NaN in a score or a box, InvalidSetting for `at_most` outside 0..1.
WORKFLOW_EXPORT std::vector<std::size_t> suppress(std::span<const Region> regions, float at_most, bool by_concept,
                                                  Overlap overlap = Overlap::OfUnion);

}  // namespace workflow
