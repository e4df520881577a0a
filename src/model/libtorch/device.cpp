#include "model/libtorch/device.h"

#include <fmt/format.h>

#include "workflow/base/error.h"

namespace workflow {

Device Device::best() { return torch::cuda::is_available() ? cuda() : cpu(); }

torch::Device torch_device(const Device& device) {
  if (device.kind == Device::Kind::Cpu) return torch::kCPU;
  const auto there = torch::cuda::is_available() ? torch::cuda::device_count() : 0;
  if (device.index < 0 || static_cast<std::size_t>(device.index) >= static_cast<std::size_t>(there))
    throw Error(
        ErrorCode::Unavailable, "device",
        fmt::format("wanted {}, LibTorch finds {} CUDA devices here; use \"cpu\" or Device::best()", device.name(), there));
  return {torch::kCUDA, static_cast<torch::DeviceIndex>(device.index)};
}

}  // namespace workflow
