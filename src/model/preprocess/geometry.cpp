#include "model/preprocess/geometry.h"

#include <algorithm>
#include <cmath>

namespace workflow {

PaddedPicture padded_picture(const Image& image, const Preprocess& settings) {
  const std::int64_t width = image.width();
  const std::int64_t height = image.height();
  if (settings.fit == Fit::Stretch) return {width, height, 0, 0};
  // One side stays, the other grows or shrinks until the shape is the input's, to the nearest pixel.
  const auto grown = [](std::int64_t side, std::int64_t times, std::int64_t by) { return (side * times + by / 2) / by; };
  PaddedPicture picture;
  if (settings.fit == Fit::CutCentre) {
    const auto middle = [&](std::int64_t side, std::int64_t most) {
      return std::clamp<std::int64_t>(std::llround(static_cast<double>(std::min(side, most)) * settings.central), 1, most);
    };
    picture.width = middle(grown(height, settings.width, settings.height), width);
    picture.height = middle(grown(width, settings.height, settings.width), height);
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
