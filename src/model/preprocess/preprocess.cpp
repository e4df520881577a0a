#include "model/preprocess/preprocess.h"

#include <fmt/format.h>

#include "model/preprocess/geometry.h"
#include "model/preprocess/input_tensor.h"
#include "model/preprocess/sample_area.h"
#include "model/preprocess/sample_linear.h"
#include "workflow/base/error.h"

namespace workflow {
namespace {

PaddedPicture checked_picture(const Image& image, const Preprocess& settings) {
  constexpr int longest_side = 32768;
  if (image.empty()) throw Error(ErrorCode::InvalidValue, "preprocess", "wanted an image, got an empty one");
  if (settings.width < 1 || settings.height < 1 || settings.width > longest_side || settings.height > longest_side) {
    throw Error(
        ErrorCode::InvalidSetting, "preprocess",
        fmt::format("wanted an input with sides in 1..{}, got {} x {}", longest_side, settings.width, settings.height));
  }
  return padded_picture(image, settings);
}

// The part of the image that is not cut off.
Image part_seen(const Image& image, const PaddedPicture& picture) {
  const auto relative = [](std::int64_t pixel, int side) { return static_cast<float>(static_cast<double>(pixel) / side); };
  return image.crop({relative(-picture.left, image.width()), relative(-picture.top, image.height()),
                     relative(picture.width - picture.left, image.width()),
                     relative(picture.height - picture.top, image.height())});
}

}  // namespace

void preprocess(const Image& whole, const Preprocess& settings, Layout layout, float* out) {
  PaddedPicture picture = checked_picture(whole, settings);
  const bool is_cut = settings.fit == Fit::CutCentre;
  const Image image = is_cut ? part_seen(whole, picture) : whole;
  if (is_cut) picture = {image.width(), image.height(), 0, 0};
  InputTensor input(settings, layout, out);
  const bool shrinks = picture.width > settings.width || picture.height > settings.height;
  if (settings.sampling == Sampling::Area && shrinks) {
    sample_area(image, picture, input);
  } else {
    sample_linear(image, picture, input);
  }
}

Box landing(const Image& image, const Preprocess& settings) {
  const PaddedPicture picture = checked_picture(image, settings);
  const auto relative = [](std::int64_t pixels, std::int64_t side) {
    return static_cast<float>(static_cast<double>(pixels) / static_cast<double>(side));
  };
  return {relative(picture.left, picture.width), relative(picture.top, picture.height),
          relative(picture.left + image.width(), picture.width), relative(picture.top + image.height(), picture.height)};
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
