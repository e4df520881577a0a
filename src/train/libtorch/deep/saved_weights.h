#pragma once

#include <torch/torch.h>

#include "weights/weights.h"

namespace workflow {

/// A module's parameters and buffers as a file of weights holds them, copied; without what only training reads.
Weights saved_weights(const torch::nn::Module& module);

}  // namespace workflow
