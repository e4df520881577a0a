#include "model/preprocess/input_tensor.h"

#include "model/preprocess/row_loops.h"

namespace workflow {

InputTensor::InputTensor(const Preprocess& settings, Layout layout, float* out)
    : width_(settings.width),
      height_(settings.height),
      planar_(layout == Layout::Planar),
      pixel_step_(planar_ ? 1 : 3),
      out_(out) {
  const auto row = static_cast<std::size_t>(width_);
  mean_.resize(3 * row);
  scale_.resize(3 * row);
  for (std::size_t channel = 0; channel < 3; ++channel) {
    const std::size_t offset = planar_ ? channel * row : channel;
    channel_offset_[settings.rgb ? 2 - channel : channel] = offset;
    for (std::size_t x = 0; x < row; ++x) {
      mean_[offset + x * pixel_step_] = settings.mean[channel];
      scale_[offset + x * pixel_step_] = settings.scale[channel];
    }
  }
}

// Hands over each run of a row that is contiguous in the output: where it starts in the row, where it goes, how long it is.
template <class Write>
void InputTensor::each_run(int y, const Write& write) {
  const auto row = static_cast<std::size_t>(width_);
  const auto line = static_cast<std::size_t>(y);
  if (!planar_) {
    write(0, out_ + line * 3 * row, 3 * row);
    return;
  }
  for (std::size_t channel = 0; channel < 3; ++channel) {
    write(channel * row, out_ + (channel * static_cast<std::size_t>(height_) + line) * row, row);
  }
}

void InputTensor::write_blend(int y, const std::int16_t* upper, const std::int16_t* lower, std::int16_t upper_weight,
                              std::int16_t lower_weight) {
  each_run(y, [&](std::size_t at, float* to, std::size_t count) {
    blend_rows({upper + at, lower + at, upper_weight, lower_weight}, {&mean_[at], &scale_[at]}, to, count);
  });
}

void InputTensor::write_levels(int y, const float* levels) {
  each_run(y, [&](std::size_t at, float* to, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      to[i] = (static_cast<float>(static_cast<int>(levels[at + i] + 0.5f)) - mean_[at + i]) * scale_[at + i];
    }
  });
}

void InputTensor::write_black(int y) {
  each_run(y, [&](std::size_t at, float* to, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) to[i] = (0.0f - mean_[at + i]) * scale_[at + i];
  });
}

}  // namespace workflow
