#include "workflow/values/image.h"

#include <fmt/format.h>

#include <cmath>
#include <cstring>

#include "workflow/base/error.h"

namespace workflow {
namespace {

// A float edge k/n times n may come out a hair below k; without this slack a box on a pixel's edge would lose that pixel.
int whole_pixels(float edge, int size) {
  const double slack = static_cast<double>(size) * 0x1p-22;
  return static_cast<int>(std::floor(static_cast<double>(edge) * size + slack));
}

struct Span {
  int begin = 0;
  int end = 1;
};

Span pixel_span(float low, float high, int size) {
  const int begin = std::clamp(whole_pixels(low, size), 0, size - 1);
  const int end = std::clamp(whole_pixels(high, size), begin + 1, size);
  return {begin, end};
}

}  // namespace

Image::Image(std::shared_ptr<const std::uint8_t> pixels, int width, int height, std::size_t stride)
    : pixels_(std::move(pixels)), width_(width), height_(height), stride_(stride) {
  if (!pixels_) throw Error(ErrorCode::InvalidValue, "Image", "wanted pixels, got a null pointer");
  if (width < 1 || height < 1) {
    throw Error(ErrorCode::InvalidValue, "Image",
                fmt::format("wanted sides of at least 1 pixel, got {} x {}", width, height));
  }
  const std::size_t row_bytes = static_cast<std::size_t>(width) * channels;
  if (stride < row_bytes) {
    throw Error(ErrorCode::InvalidValue, "Image",
                fmt::format("wanted a stride of at least {} bytes for {} pixels a row, got {}", row_bytes, width, stride));
  }
}

Image Image::copy_of(std::span<const std::uint8_t> pixels, int width, int height) {
  const bool has_sides = width >= 1 && height >= 1;
  const std::size_t row_bytes = has_sides ? static_cast<std::size_t>(width) * channels : 0;
  if (!has_sides || pixels.size() % row_bytes != 0 || pixels.size() / row_bytes != static_cast<std::size_t>(height)) {
    throw Error(ErrorCode::InvalidValue, "Image::copy_of",
                fmt::format("wanted width * height * 3 bytes and sides of at least 1, got {} bytes for {} x {}",
                            pixels.size(), width, height));
  }
  std::shared_ptr<std::uint8_t[]> copy(new std::uint8_t[pixels.size()]);
  std::memcpy(copy.get(), pixels.data(), pixels.size());
  return {std::shared_ptr<const std::uint8_t>(copy, copy.get()), width, height, row_bytes};
}

Image Image::crop(const Box& box) const {
  if (empty()) throw Error(ErrorCode::InvalidValue, "Image::crop", "wanted an image to cut from, got an empty one");
  if (std::isnan(box.left) || std::isnan(box.top) || std::isnan(box.right) || std::isnan(box.bottom)) {
    throw Error(ErrorCode::InvalidValue, "Image::crop",
                fmt::format("wanted a box of numbers, got left {}, top {}, right {}, bottom {}", box.left, box.top,
                            box.right, box.bottom));
  }
  const Box inside = box.clipped();
  const Span x = pixel_span(inside.left, inside.right, width_);
  const Span y = pixel_span(inside.top, inside.bottom, height_);
  const auto relative = [](int edge, int size) { return static_cast<float>(edge) / static_cast<float>(size); };

  Image part = *this;
  const std::uint8_t* first = row(y.begin) + static_cast<std::size_t>(x.begin) * channels;
  part.pixels_ = std::shared_ptr<const std::uint8_t>(pixels_, first);
  part.width_ = x.end - x.begin;
  part.height_ = y.end - y.begin;
  part.window_ = window_.outer(
      {relative(x.begin, width_), relative(y.begin, height_), relative(x.end, width_), relative(y.end, height_)});
  return part;
}

}  // namespace workflow
