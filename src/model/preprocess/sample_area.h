#pragma once

#include "model/preprocess/geometry.h"
#include "model/preprocess/input_tensor.h"

namespace workflow {

/// Each input pixel is the mean of the part of the picture that it covers, to the fraction of a pixel; along an axis that
/// grows it is bilinear.
void sample_area(const Image& image, const PaddedPicture& picture, InputTensor& input);

}  // namespace workflow
