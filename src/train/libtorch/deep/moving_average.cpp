#include "train/libtorch/deep/moving_average.h"

#include <algorithm>

namespace workflow {

NamedTensors state_of(torch::nn::Module& module) {
  NamedTensors all;
  for (const auto& each : module.named_parameters()) all.emplace_back(each.key(), each.value());
  for (const auto& each : module.named_buffers()) all.emplace_back(each.key(), each.value());
  return all;
}

MovingAverage::MovingAverage(torch::nn::Module& module, double keeps) : keeps_(keeps), of_(state_of(module)) {
  for (const auto& [name, tensor] : of_) averages_.push_back(tensor.detach().clone());
}

void MovingAverage::add(std::int64_t step) {
  const torch::NoGradGuard no_gradient;
  // A short history is no average yet: what was there at the beginning must not weigh more than its share.
  const double keeps = std::min(keeps_, (1 + static_cast<double>(step)) / (10 + static_cast<double>(step)));
  for (std::size_t i = 0; i < of_.size(); ++i) {
    if (averages_[i].is_floating_point())
      averages_[i].lerp_(of_[i].second.detach(), 1 - keeps);
    else
      averages_[i].copy_(of_[i].second);
  }
}

void MovingAverage::swap() {
  for (std::size_t i = 0; i < of_.size(); ++i) {
    torch::Tensor tensor = of_[i].second;
    const torch::Tensor data = tensor.detach();
    tensor.set_data(averages_[i]);
    averages_[i] = data;
  }
}

NamedTensors MovingAverage::state() const {
  NamedTensors all;
  for (std::size_t i = 0; i < of_.size(); ++i) all.emplace_back("average." + of_[i].first, averages_[i]);
  return all;
}

}  // namespace workflow
