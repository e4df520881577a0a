#pragma once

#include <optional>
#include <vector>

#include "values/byte_view.h"

namespace workflow {

/// The first frame of an animated WebP, as a still WebP of its own, and where it stands on the canvas (pixels).
struct WebPFrame {
  std::vector<std::uint8_t> file;
  int left = 0;
  int top = 0;
};

/// Nothing for a still picture. OpenCV decodes still ones only. Throws ByteView::PastEnd for a truncated file.
/// The format: developers.google.com/speed/webp/docs/riff_container.
std::optional<WebPFrame> first_webp_frame(ByteView file);

/// The EXIF orientation of a WebP, 1..8, 1 where it says none: OpenCV applies it for JPEG, PNG and TIFF but not here.
int webp_orientation(ByteView file);

}  // namespace workflow
