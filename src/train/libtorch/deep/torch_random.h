#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <mutex>
#include <optional>

namespace workflow {

/// Lets a training seed LibTorch's generators, which dropout and random weights draw from, and gives the host its own back.
class TorchRandom {
  template <class F>
  static auto with(const torch::Device& device, F&& f) {
    at::Generator generator = at::globalContext().defaultGenerator(device);
    const std::lock_guard lock(generator.mutex());
    return f(generator);
  }

 public:
  explicit TorchRandom(const torch::Device& device) : device_(device) {
    cpu_before_ = state_of(torch::kCPU);
    if (device_.is_cuda()) cuda_before_ = state_of(device_);
  }
  ~TorchRandom() {
    restore(torch::kCPU, cpu_before_);
    if (cuda_before_) restore(device_, *cuda_before_);
  }
  TorchRandom(const TorchRandom&) = delete;
  TorchRandom& operator=(const TorchRandom&) = delete;

  void seed(std::uint64_t seed) {
    with(torch::kCPU, [&](at::Generator generator) { generator.set_current_seed(seed); });
    if (cuda_before_) with(device_, [&](at::Generator generator) { generator.set_current_seed(seed); });
  }

 private:
  static torch::Tensor state_of(const torch::Device& device) {
    return with(device, [](at::Generator generator) { return generator.get_state(); });
  }
  static void restore(const torch::Device& device, const torch::Tensor& state) {
    with(device, [&](at::Generator generator) { generator.set_state(state); });
  }

  torch::Device device_;
  torch::Tensor cpu_before_;
  std::optional<torch::Tensor> cuda_before_;
};

}  // namespace workflow
