#pragma once

#include <cstdint>

#include "model/preprocess/preprocess.h"

namespace workflow {

/// The padded or cut picture that a net's input is sampled from, and where the image stands on it; all in pixels of the
/// image. It is never built: what lies around the image reads as black.
struct PaddedPicture {
  std::int64_t width = 0;
  std::int64_t height = 0;
  std::int64_t left = 0;  ///< columns of black before the image; negative: columns of the image that are cut off
  std::int64_t top = 0;   ///< the same above
};

PaddedPicture padded_picture(const Image& image, const Preprocess& settings);

/// Picture pixels per input pixel, computed as OpenCV does, as its last bit decides which pixels are taken.
inline double sampling_step(std::int64_t picture_side, int input_side) {
  return 1.0 / (static_cast<double>(input_side) / static_cast<double>(picture_side));
}

}  // namespace workflow
