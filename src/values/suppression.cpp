#include "workflow/values/suppression.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string_view>

#include "workflow/base/error.h"

namespace workflow {
namespace {

float overlap_of(const Box& a, const Box& b, Overlap overlap) {
  if (overlap == Overlap::OfUnion) return iou(a, b);
  const float smaller = std::min(a.area(), b.area());
  return smaller > 0 ? shared_area(a, b) / smaller : 0.0f;
}

std::string_view top_name(const Region& region) {
  return region.concepts.empty() ? std::string_view() : std::string_view(region.concepts.top().name);
}

}  // namespace

std::vector<std::size_t> suppress(std::span<const Region> regions, float at_most, bool by_concept, Overlap overlap) {
  if (!(at_most >= 0 && at_most <= 1))
    throw Error(ErrorCode::InvalidSetting, "suppress", fmt::format("wanted an overlap in 0..1, got {:g}", at_most));
  for (const Region& region : regions)
    for (const float number : {region.score, region.box.left, region.box.top, region.box.right, region.box.bottom})
      if (std::isnan(number)) throw Error(ErrorCode::InvalidValue, "suppress", "wanted scores and boxes made of numbers, got NaN");

  std::vector<std::size_t> order(regions.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return regions[a].score > regions[b].score; });

  std::vector<std::size_t> kept;
  for (const std::size_t candidate : order) {
    const bool covered = std::any_of(kept.begin(), kept.end(), [&](std::size_t better) {
      return (!by_concept || top_name(regions[better]) == top_name(regions[candidate])) &&
             overlap_of(regions[better].box, regions[candidate].box, overlap) > at_most;
    });
    if (!covered) kept.push_back(candidate);
  }
  return kept;
}

}  // namespace workflow
