#include "model/preprocess/geometry.h"

#include <algorithm>
#include <cmath>

namespace workflow {

SeenPart seen_part(const Image& image, const Preprocess& settings) {
  SeenPart part{.width = image.width(), .height = image.height()};
  if (settings.fit != Fit::CropCentre) return part;
  // The side that the other would have to be cut to, to the nearest pixel, and never none.
  const double scale = settings.central * std::min(static_cast<double>(part.width) / settings.width,
                                                   static_cast<double>(part.height) / settings.height);
  const auto cut = [&](int input, std::int64_t most) {
    return std::clamp<std::int64_t>(std::llround(input * scale), 1, most);
  };
  part.width = cut(settings.width, image.width());
  part.height = cut(settings.height, image.height());
  part.left = (image.width() - part.width) / 2;
  part.top = (image.height() - part.height) / 2;
  return part;
}

PaddedPicture padded_picture(const Image& image, const Preprocess& settings) {
  const std::int64_t width = image.width();
  const std::int64_t height = image.height();
  if (settings.fit == Fit::Stretch || settings.fit == Fit::CropCentre) return {width, height, 0, 0};
  // One side stays, the other grows until the shape is the input's, to the nearest pixel.
  const auto grown = [](std::int64_t side, std::int64_t times, std::int64_t by) { return (side * times + by / 2) / by; };
  PaddedPicture picture;
  picture.width = std::max(width, grown(height, settings.width, settings.height));
  picture.height = std::max(height, grown(width, settings.height, settings.width));
  if (settings.fit == Fit::PadCentre) {
    picture.left = (picture.width - width) / 2;
    picture.top = (picture.height - height) / 2;
  }
  return picture;
}

}  // namespace workflow
