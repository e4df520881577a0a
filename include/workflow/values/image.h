#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "workflow/base/export.h"
#include "workflow/values/box.h"

namespace workflow {

/// A picture: 8 bits a channel, 3 channels, blue green red, rows from the top (OpenCV's own order). A copy shares the
/// pixels, and so does a crop: both cost a pointer. Nobody writes to shared pixels, so reading from many threads is safe.
/// @code
///   Image photo = read_image("a.jpg");
///   Image face = photo.crop({.left = 0.2f, .top = 0.1f, .right = 0.5f, .bottom = 0.6f});
/// @endcode
class WORKFLOW_EXPORT Image {
 public:
  static constexpr int channels = 3;

  Image() = default;

  /// A picture over somebody's pixels, kept alive by `pixels`; `stride` is bytes from row to row.
  /// Throws Error (InvalidValue) where a side is below 1 or the stride shorter than a row.
  Image(std::shared_ptr<const std::uint8_t> pixels, int width, int height, std::size_t stride);

  /// A copy of tightly packed pixels, `width * height * 3` bytes, else Error (InvalidValue).
  static Image copy_of(std::span<const std::uint8_t> pixels, int width, int height);

  bool empty() const { return width_ == 0; }
  int width() const { return width_; }    ///< pixels
  int height() const { return height_; }  ///< pixels
  std::size_t stride() const { return stride_; }
  const std::uint8_t* row(int y) const { return pixels_.get() + static_cast<std::size_t>(y) * stride_; }
  const std::shared_ptr<const std::uint8_t>& pixels() const { return pixels_; }

  /// The part under a box, clipped to the image, at least one pixel; a view, not a copy. All four edges round down, so
  /// the part takes the pixels int(left * width()) up to, but not including, int(right * width()); an edge within a
  /// float's precision of a whole pixel counts as on it. Throws Error (InvalidValue) for an empty image or a NaN in the box.
  Image crop(const Box& box) const;

  /// Where this image stands in the whole one that it was cut from; the whole itself stands at 0, 0, 1, 1.
  const Box& window() const { return window_; }

  /// The same pixels, said to stand at another window: for an operator that made new pixels of a part of an image.
  Image standing_at(const Box& window) const {
    Image moved = *this;
    moved.window_ = window;
    return moved;
  }

 private:
  std::shared_ptr<const std::uint8_t> pixels_;
  int width_ = 0;
  int height_ = 0;
  std::size_t stride_ = 0;
  Box window_;

  friend WORKFLOW_EXPORT Image resized(const Image& image, int width, int height);
};

/// Reads a picture file (JPEG, PNG, BMP, TIFF, WebP, GIF or PNM) into 8-bit BGR: EXIF orientation applied, 16 bits scaled
/// to 8, grey spread over three channels, alpha dropped, of an animated file the first frame. Throws Error: NotFound where
/// there is no file, Unreadable where it is empty, truncated, no picture or larger than 2^28 pixels.
WORKFLOW_EXPORT Image read_image(const std::string& file);

/// The same from the bytes of a file; `name` is what an error calls them.
WORKFLOW_EXPORT Image decode_image(std::span<const std::uint8_t> bytes, const std::string& name = "bytes");

/// Writes a picture, its format by the name's ending (.png, .jpg, .bmp, .webp, .tif, .ppm); makes the folder where it is
/// missing. Written aside and renamed, so a reader never sees half of it. Throws Error: Failed, InvalidValue for an empty
/// image.
WORKFLOW_EXPORT void save(const Image& image, const std::string& file);

/// The image at another size in pixels: area-averaged where it shrinks, bilinear where it grows. Its window() stays.
/// Throws Error (InvalidValue) for an empty image or a side outside 1..32768.
WORKFLOW_EXPORT Image resized(const Image& image, int width, int height);

}  // namespace workflow
