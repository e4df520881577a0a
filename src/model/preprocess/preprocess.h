#pragma once

#include <array>
#include <cstddef>

#include "workflow/values/image.h"

namespace workflow {

/// How a picture of any shape comes onto a net's fixed input.
enum class Fit {
  Stretch,    ///< both sides scaled, the shape is lost
  PadCorner,  ///< shape kept; black is put to the right or below until it is square (or the input's shape)
  PadCentre,  ///< shape kept; black is put on both sides equally
  CutCentre,  ///< shape kept; what is too wide or too high is cut off on both sides equally
};

/// How the source is sampled.
enum class Sampling {
  Linear,  ///< bilinear between the nearest four pixels: bit for bit cv::resize's INTER_LINEAR on 8 bits
  Area,    ///< where it shrinks, the mean of the pixels covered (cv::INTER_AREA); where it grows, Linear
};

/// What a net wants of its input; a model's manifest holds it.
struct Preprocess {
  int width = 224;   ///< pixels of the net's input
  int height = 224;  ///< pixels
  Fit fit = Fit::Stretch;
  double central = 1;  ///< CutCentre: share of what is left that is read, from the middle; torchvision's 224 of 256 is 0.875
  Sampling sampling = Sampling::Linear;
  bool rgb = true;                         ///< channel order of the output; false is BGR
  std::array<float, 3> mean = {0, 0, 0};   ///< in 0..255, in the output's channel order
  std::array<float, 3> scale = {1, 1, 1};  ///< output = (pixel - mean) * scale
};

enum class Layout {
  Planar,       ///< three planes, height x width each (NCHW)
  Interleaved,  ///< height x width x 3 (NHWC, LibTorch's channels_last)
};

/// Reads the image into `out` (width * height * 3 floats) in one pass: crop, pad, resize and normalise at once; the crop
/// is the image itself, as crops are views. Thread-safe; keeps a small buffer for each thread.
void preprocess(const Image& image, const Preprocess& settings, Layout layout, float* out);

/// Where the image landed on the net's input, relative to that input. `on_image` maps a box the net gave back.
Box landing(const Image& image, const Preprocess& settings);
Box on_image(const Box& on_input, const Box& landing);
Point on_image(const Point& on_input, const Box& landing);

}  // namespace workflow
