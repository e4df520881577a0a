#include "workflow/operators/non_maximum_suppression.h"

#include "workflow/values/suppression.h"

namespace workflow {

std::vector<Region> NonMaximumSuppression::operator()(Group<Region> regions) const {
  std::vector<Region> best;
  for (const std::size_t i : suppress(regions.span(), iou, by_concept)) best.push_back(regions[i]);
  return best;
}

}  // namespace workflow
