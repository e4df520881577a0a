#pragma once

#include <cstdint>
#include <string_view>

#include "values/byte_view.h"

namespace workflow {

enum class PictureFormat { Jpeg, Png, Bmp, Tiff, WebP, Pnm, Gif, Unknown };

/// The format that a file's first bytes say.
PictureFormat picture_format(ByteView file);

/// What a file says of itself before any of its pixels is decoded.
struct PictureHeader {
  std::uint64_t width = 0;   ///< pixels
  std::uint64_t height = 0;  ///< pixels
};

/// Reads the declared size and follows the file's own structure to its end, as decoders only warn of a file that was cut
/// short and fill up with grey: JPEG to its EOI marker, PNG to its IEND chunk, WebP by its length, TIFF by its strips or
/// tiles, BMP and PNM by the bytes that their size needs. What follows the end is ignored. Throws ByteView::PastEnd for a
/// truncated file and std::runtime_error, which says why, for one whose structure is wrong.
PictureHeader read_picture_header(ByteView file, PictureFormat format);

}  // namespace workflow
