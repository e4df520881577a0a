#pragma once

#include "weights/weights.h"

namespace workflow {

/// The same tensors, Keras' words at the ends of their names become PyTorch's: `kernel` and `gamma` weight, `beta` bias,
/// `moving_mean` running_mean, `moving_variance` running_var. The data is shared, and stays in the layout that it has.
Weights with_torch_names(Weights weights);

}  // namespace workflow
