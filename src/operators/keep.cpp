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

std::vector<Reason> Keep::why(const Region& region) const {
  const bool kept = (*this)(region);
  const std::string name = region.concepts.empty() ? "" : region.concepts.top().name;
  const float area = region.box.clipped().area();
  std::string text;
  if (region.score < at_least)
    text = fmt::format("score {:.2f} < at_least {:.2f}", region.score, at_least);
  else if (area < least_area)
    text = fmt::format("area {:.4f} < least_area {:.4f}", area, least_area);
  else if (area > most_area)
    text = fmt::format("area {:.4f} > most_area {:.4f}", area, most_area);
  else if (!kept)
    text = fmt::format("concept \"{}\" or its place is not wanted", name);
  else
    text = fmt::format("score {:.2f} >= at_least {:.2f}", region.score, at_least);
  return {{.concept_name = {}, .text = text + (kept ? " -> kept" : " -> dropped")}};
}

}  // namespace workflow
