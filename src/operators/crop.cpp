#include "workflow/operators/crop.h"

#include <algorithm>

#include "operators/grown_box.h"

namespace workflow {
namespace {

// Grows the shorter side in pixels, about the centre.
Box squared(const Box& box, const Image& image) {
  const auto width = static_cast<float>(image.width());
  const auto height = static_cast<float>(image.height());
  const float half = std::max(box.width() * width, box.height() * height) / 2;
  const Point centre = box.centre();
  return {centre.x - half / width, centre.y - half / height, centre.x + half / width, centre.y + half / height};
}

}  // namespace

std::optional<Image> Crop::operator()(const Region& region, const Image& image) const {
  check_box(region.box, kind);
  if (image.empty()) throw Error(ErrorCode::InvalidValue, kind, "wanted an image, got an empty one");
  const Box grown = grown_by(region.box, margin);
  const auto part = part_on_image(square ? squared(grown, image) : grown);
  if (!part) return std::nullopt;
  Image crop = image.crop(*part);
  if (std::min(crop.width(), crop.height()) < least) return tally("crops below the least size"), std::nullopt;
  return crop;
}

}  // namespace workflow
