#pragma once

#include <torch/torch.h>

#include "workflow/base/device.h"

namespace workflow {

/// LibTorch's name for it. Throws Error (Unavailable) where this machine or this LibTorch has no such device.
torch::Device torch_device(const Device& device);

}  // namespace workflow
