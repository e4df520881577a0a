#include "model/preprocess/input_tensor.h"

#include "model/preprocess/row_loops.h"

namespace workflow {

InputTensor::InputTensor(const Preprocess& settings, Layout layout, float* out)
    : width_(settings.width),
      height_(settings.height),
      rgb_(settings.rgb),
      planar_(layout == Layout::Planar),
      mean_(settings.mean),
      scale_(settings.scale),
      out_(out) {}

void InputTensor::write_row(int y, const std::uint8_t* levels) {
  const auto row = static_cast<std::size_t>(width_);
  const auto line = static_cast<std::size_t>(y);
  if (!planar_) {
    normalise_triples(levels, mean_, scale_, out_ + line * 3 * row, row);
    return;
  }
  for (std::size_t channel = 0; channel < 3; ++channel) {
    float* plane_row = out_ + (channel * static_cast<std::size_t>(height_) + line) * row;
    normalise_plane(levels, channel, mean_[channel], scale_[channel], plane_row, row);
  }
}

void InputTensor::write_black(int y) {
  const auto row = static_cast<std::size_t>(width_);
  const auto line = static_cast<std::size_t>(y);
  for (std::size_t channel = 0; channel < 3; ++channel) {
    const float black = (0.0f - mean_[channel]) * scale_[channel];
    float* to =
        planar_ ? out_ + (channel * static_cast<std::size_t>(height_) + line) * row : out_ + line * 3 * row + channel;
    const std::size_t step = planar_ ? 1 : 3;
    for (std::size_t x = 0; x < row; ++x) to[x * step] = black;
  }
}

}  // namespace workflow
