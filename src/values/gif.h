#pragma once

#include "values/byte_view.h"
#include "workflow/values/image.h"

namespace workflow {

/// The first frame of a GIF on its canvas, black where the frame does not reach or is transparent; our own reader, as
/// OpenCV before 4.11 has none. Throws ByteView::PastEnd for a truncated file and std::runtime_error for a broken one.
/// The format: CompuServe, "Graphics Interchange Format, Version 89a", with its variable-length LZW (appendix F).
Image first_gif_frame(ByteView file);

}  // namespace workflow
