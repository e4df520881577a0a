#include "workflow/operators/resize.h"

#include <algorithm>
#include <cmath>

namespace workflow {

void Resize::check() const {
  if (width == 0 && height == 0)
    throw Error(ErrorCode::InvalidSetting, kind, "wanted a width or a height in pixels, got neither; set one of them");
}

Image Resize::operator()(const Image& image) const {
  if (image.empty()) throw Error(ErrorCode::InvalidValue, kind, "wanted an image, got an empty one");
  const auto following = [](int given, int of, int other) {
    // What is too long stays too long, for resized() to refuse.
    return static_cast<int>(std::clamp(std::round(static_cast<double>(given) * other / of), 1.0, 1e9));
  };
  const int to_width = width > 0 ? width : following(height, image.height(), image.width());
  const int to_height = height > 0 ? height : following(width, image.width(), image.height());
  return resized(image, to_width, to_height);
}

}  // namespace workflow
