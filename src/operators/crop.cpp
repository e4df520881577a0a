#include "workflow/operators/crop.h"

#include <algorithm>
#include <cmath>

#include "workflow/base/error.h"

namespace workflow {

std::optional<Image> Crop::operator()(const Region& region, const Image& image) const {
  const Box& box = region.box;
  for (const float edge : {box.left, box.top, box.right, box.bottom})
    if (!std::isfinite(edge)) throw Error(ErrorCode::InvalidValue, kind, "wanted a box made of numbers, got NaN or infinity");
  if (image.empty()) throw Error(ErrorCode::InvalidValue, kind, "wanted an image, got an empty one");

  float half_width = box.width() / 2 * margin;
  float half_height = box.height() / 2 * margin;
  if (square) {
    const float half = std::max(half_width * static_cast<float>(image.width()), half_height * static_cast<float>(image.height()));
    half_width = half / static_cast<float>(image.width());
    half_height = half / static_cast<float>(image.height());
  }
  const Point centre = box.centre();
  const Box grown = margin == 1.0f && !square ? box : Box{centre.x - half_width, centre.y - half_height, centre.x + half_width, centre.y + half_height};
  const Box clipped = grown.clipped();
  if (clipped.width() <= 0 || clipped.height() <= 0) return std::nullopt;
  Image crop = image.crop(clipped);
  if (std::min(crop.width(), crop.height()) < least) return std::nullopt;
  return crop;
}

}  // namespace workflow
