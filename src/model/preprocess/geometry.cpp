#include "model/preprocess/geometry.h"

#include <algorithm>

namespace workflow {

PaddedPicture padded_picture(const Image& image, const Preprocess& settings) {
  const std::int64_t width = image.width();
  const std::int64_t height = image.height();
  if (settings.fit == Fit::Stretch) return {width, height, 0, 0};
  // One side stays, the other grows or shrinks until the shape is the input's, to the nearest pixel.
  const auto grown = [](std::int64_t side, std::int64_t times, std::int64_t by) { return (side * times + by / 2) / by; };
  PaddedPicture picture;
  if (settings.fit == Fit::CutCentre) {
    picture.width = std::clamp<std::int64_t>(grown(height, settings.width, settings.height), 1, width);
    picture.height = std::clamp<std::int64_t>(grown(width, settings.height, settings.width), 1, height);
    picture.left = -((width - picture.width) / 2);
    picture.top = -((height - picture.height) / 2);
    return picture;
  }
  picture.width = std::max(width, grown(height, settings.width, settings.height));
  picture.height = std::max(height, grown(width, settings.height, settings.width));
  if (settings.fit == Fit::PadCentre) {
    picture.left = (picture.width - width) / 2;
    picture.top = (picture.height - height) / 2;
  }
  return picture;
}

}  // namespace workflow
