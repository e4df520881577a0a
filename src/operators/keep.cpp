#include "workflow/operators/keep.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace workflow {

void Keep::check() const {
  if (least_area > most_area)
    throw Error(ErrorCode::InvalidSetting, kind,
                fmt::format("least_area: wanted at most most_area ({:g}), got {:g}", most_area, least_area));
  if (within.left >= within.right || within.top >= within.bottom)
    throw Error(ErrorCode::InvalidSetting, kind, "within: wanted left < right and top < bottom");
}

bool Keep::operator()(const Region& region) const {
  for (const float number : {region.score, region.box.left, region.box.top, region.box.right, region.box.bottom})
    if (!std::isfinite(number)) throw Error(ErrorCode::InvalidValue, kind, "wanted a score and a box made of numbers, got NaN or infinity");
  if (region.score < at_least) return false;
  if (!concepts.empty() &&
      (region.concepts.empty() || std::find(concepts.begin(), concepts.end(), region.concepts.top().name) == concepts.end()))
    return false;
  const float area = region.box.clipped().area();
  if (area < least_area || area > most_area) return false;
  const Point centre = region.box.centre();
  if (within == Box{}) return true;
  return centre.x >= within.left && centre.x <= within.right && centre.y >= within.top && centre.y <= within.bottom;
}

}  // namespace workflow
