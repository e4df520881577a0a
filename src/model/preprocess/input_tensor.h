#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "model/preprocess/preprocess.h"

namespace workflow {

/// The floats of one net input, written row by row. The samplers put a row's values in the order that they have in the
/// output: three runs of `width` values for Planar, triples for Interleaved; so writing is straight loops.
class InputTensor {
 public:
  InputTensor(const Preprocess& settings, Layout layout, float* out);

  int width() const { return width_; }
  int height() const { return height_; }
  std::size_t row_values() const { return mean_.size(); }

  /// Where the value of a pixel's BGR channel stands in a row's values.
  std::size_t position(int x, int bgr_channel) const {
    return static_cast<std::size_t>(x) * pixel_step_ + channel_offset_[static_cast<std::size_t>(bgr_channel)];
  }

  /// Blends two rows of OpenCV's fixed point (15 bits: pixel * 128) with weights of 11 bits, as its vertical pass does.
  void write_blend(int y, const std::int16_t* upper, const std::int16_t* lower, std::int16_t upper_weight,
                   std::int16_t lower_weight);

  /// Rounds to whole levels.
  void write_levels(int y, const float* levels);

  void write_black(int y);

 private:
  template <class Write>
  void each_run(int y, const Write& write);

  int width_;
  int height_;
  bool planar_;
  std::size_t pixel_step_;
  std::array<std::size_t, 3> channel_offset_{};
  std::vector<float> mean_;
  std::vector<float> scale_;
  float* out_;
};

}  // namespace workflow
