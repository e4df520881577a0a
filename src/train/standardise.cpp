#include "train/standardise.h"

#include <algorithm>
#include <cmath>

namespace workflow {

Standardisation Standardisation::of(std::span<const float> values, std::size_t length) {
  const std::size_t count = values.size() / length;
  std::vector<double> mean(length), square(length);
  for (std::size_t row = 0; row < count; ++row)
    for (std::size_t i = 0; i < length; ++i) mean[i] += static_cast<double>(values[row * length + i]);
  for (double& each : mean) each /= static_cast<double>(count);
  for (std::size_t row = 0; row < count; ++row)
    for (std::size_t i = 0; i < length; ++i) {
      const double gap = static_cast<double>(values[row * length + i]) - mean[i];
      square[i] += gap * gap;
    }
  const double widest = *std::max_element(square.begin(), square.end());
  Standardisation made;
  for (std::size_t i = 0; i < length; ++i) {
    made.mean.push_back(static_cast<float>(mean[i]));
    // What hardly moves beside the others is noise, and would be blown up to their size.
    made.factor.push_back(
        square[i] > widest * 1e-8 ? static_cast<float>(1 / std::sqrt(square[i] / static_cast<double>(count))) : 0.0f);
  }
  return made;
}

void Standardisation::apply(std::span<float> values) const {
  const std::size_t length = mean.size();
  for (std::size_t at = 0; at < values.size(); at += length)
    for (std::size_t i = 0; i < length; ++i) values[at + i] = (values[at + i] - mean[i]) * factor[i];
}

void Standardisation::fold_into(Layer& layer) const {
  for (std::size_t out = 0; out < layer.out; ++out) {
    double shift = 0;
    for (std::size_t i = 0; i < layer.in; ++i) {
      float& weight = layer.weight[out * layer.in + i];
      weight *= factor[i];
      shift += static_cast<double>(weight) * static_cast<double>(mean[i]);
    }
    layer.bias[out] -= static_cast<float>(shift);
  }
}

}  // namespace workflow
