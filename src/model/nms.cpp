#include "model/nms.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string_view>

#include "workflow/base/error.h"

namespace workflow {
namespace {

std::string_view top_name(const Region& region) {
  return region.concepts.empty() ? std::string_view() : std::string_view(region.concepts.top().name);
}

}  // namespace

std::vector<std::size_t> non_maximum_suppression(std::span<const Region> regions, float iou, bool by_concept) {
  if (!(iou >= 0 && iou <= 1))
    throw Error(ErrorCode::InvalidSetting, "non_maximum_suppression", fmt::format("wanted an IoU from 0 to 1, got {}", iou));
  for (std::size_t i = 0; i < regions.size(); ++i)
    if (std::isnan(regions[i].score))
      throw Error(ErrorCode::InvalidValue, "non_maximum_suppression", fmt::format("the score of region {} is NaN", i));

  std::vector<std::size_t> order(regions.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return regions[a].score > regions[b].score; });

  std::vector<std::size_t> kept;
  for (const std::size_t candidate : order) {
    const bool is_covered = std::any_of(kept.begin(), kept.end(), [&](std::size_t better) {
      return workflow::iou(regions[candidate].box, regions[better].box) > iou &&
             (!by_concept || top_name(regions[candidate]) == top_name(regions[better]));
    });
    if (!is_covered) kept.push_back(candidate);
  }
  return kept;
}

}  // namespace workflow
