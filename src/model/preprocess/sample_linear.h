#pragma once

#include "model/preprocess/geometry.h"
#include "model/preprocess/input_tensor.h"

namespace workflow {

/// Bilinear sampling in OpenCV's fixed point (modules/imgproc/src/resize.cpp, 8 bits, INTER_LINEAR): coefficients of 11
/// bits, rows first, then columns with 4 bits dropped. Its two shortcuts, no scaling and halving, give the same bits.
void sample_linear(const Image& image, const PaddedPicture& picture, InputTensor& input);

}  // namespace workflow
