#include "model/preprocess/preprocess.h"

#include <fmt/format.h>

#include "model/preprocess/geometry.h"
#include "model/preprocess/input_tensor.h"
#include "model/preprocess/sample_area.h"
#include "model/preprocess/sample_linear.h"
#include "workflow/base/error.h"

namespace workflow {
namespace {

void check(const Image& image, const Preprocess& settings) {
  constexpr int longest_side = 32768;
  if (image.empty()) throw Error(ErrorCode::InvalidValue, "preprocess", "wanted an image, got an empty one");
  if (settings.width < 1 || settings.height < 1 || settings.width > longest_side || settings.height > longest_side) {
    throw Error(
        ErrorCode::InvalidSetting, "preprocess",
        fmt::format("wanted an input with sides in 1..{}, got {} x {}", longest_side, settings.width, settings.height));
  }
}

float relative(std::int64_t pixels, std::int64_t side) {
  return static_cast<float>(static_cast<double>(pixels) / static_cast<double>(side));
}

Box box_of(const SeenPart& part, const Image& image) {
  return {relative(part.left, image.width()), relative(part.top, image.height()),
          relative(part.left + part.width, image.width()), relative(part.top + part.height, image.height())};
}

}  // namespace

void preprocess(const Image& image, const Preprocess& settings, Layout layout, float* out) {
  check(image, settings);
  const SeenPart part = seen_part(image, settings);
  const Image seen = image.crop(box_of(part, image));
  const PaddedPicture picture = padded_picture(seen, settings);
  InputTensor input(settings, layout, out);
  const bool shrinks = picture.width > settings.width || picture.height > settings.height;
  if (settings.sampling == Sampling::Area && shrinks) {
    sample_area(seen, picture, input);
  } else {
    sample_linear(seen, picture, input);
  }
}

Box landing(const Image& image, const Preprocess& settings) {
  check(image, settings);
  const SeenPart part = seen_part(image, settings);
  const PaddedPicture picture = padded_picture(image.crop(box_of(part, image)), settings);
  const auto left = picture.left - part.left, top = picture.top - part.top;
  return {relative(left, picture.width), relative(top, picture.height), relative(left + image.width(), picture.width),
          relative(top + image.height(), picture.height)};
}

Point on_image(const Point& on_input, const Box& landing) {
  return {(on_input.x - landing.left) / landing.width(), (on_input.y - landing.top) / landing.height()};
}

Box on_image(const Box& on_input, const Box& landing) {
  const Point upper = on_image(Point{on_input.left, on_input.top}, landing);
  const Point lower = on_image(Point{on_input.right, on_input.bottom}, landing);
  return {upper.x, upper.y, lower.x, lower.y};
}

}  // namespace workflow
