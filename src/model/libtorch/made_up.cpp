#include "model/libtorch/made_up.h"

#include <algorithm>
#include <cmath>

namespace workflow {

std::vector<float> made_up_input(const Preprocess& preprocess, std::uint32_t number) {
  const auto height = static_cast<std::size_t>(preprocess.height), width = static_cast<std::size_t>(preprocess.width);
  std::vector<float> input;
  input.reserve(height * width * 3);
  std::uint32_t state = number * 2654435761u + 1;
  const float slow = 0.02f + 0.01f * static_cast<float>(number % 5), quick = 0.13f + 0.05f * static_cast<float>(number % 3);
  for (std::size_t y = 0; y < height; ++y)
    for (std::size_t x = 0; x < width; ++x)
      for (std::size_t channel = 0; channel < 3; ++channel) {
        state = state * 1664525u + 1013904223u;
        const float along = static_cast<float>(x), down = static_cast<float>(y), colour = static_cast<float>(channel);
        const float waves =
            std::sin(along * slow + colour) * std::cos(down * slow * 1.7f) + 0.5f * std::sin((along + down) * quick);
        const float grain = static_cast<float>(state >> 24) / 255.0f - 0.5f;
        const float level = std::clamp(127.5f + 75.0f * waves + 40.0f * grain, 0.0f, 255.0f);
        input.push_back((level - preprocess.mean[channel]) * preprocess.scale[channel]);
      }
  return input;
}

}  // namespace workflow
