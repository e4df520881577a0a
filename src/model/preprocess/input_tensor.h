#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "model/preprocess/preprocess.h"

namespace workflow {

/// The floats of one net input, written row by row from levels: four bytes a pixel, its channels in the output's order and
/// one byte that nobody reads, so that a pixel is one 32-bit number.
class InputTensor {
 public:
  static constexpr std::size_t pixel_values = 4;

  InputTensor(const Preprocess& settings, Layout layout, float* out);

  int width() const { return width_; }
  int height() const { return height_; }
  bool is_rgb() const { return rgb_; }
  std::size_t row_values() const { return static_cast<std::size_t>(width_) * pixel_values; }

  void write_row(int y, const std::uint8_t* levels);
  void write_black(int y);

 private:
  int width_;
  int height_;
  bool rgb_;
  bool planar_;
  std::array<float, 3> mean_;
  std::array<float, 3> scale_;
  float* out_;
};

}  // namespace workflow
