#pragma once

#include "weights/weights.h"

namespace workflow {

/// The same tensors under the names that today's PyTorch and torchvision give them. Keras' words at the ends of names
/// become PyTorch's: `kernel` and `gamma` weight, `beta` bias, `moving_mean` running_mean, `moving_variance` running_var.
/// torchvision's detectors from before 0.13, as its published RetinaNet: `fpn.inner_blocks.1.weight` becomes
/// `fpn.inner_blocks.1.0.weight`, `classification_head.conv.4.weight` becomes `classification_head.conv.2.0.weight`.
/// The data is shared, and stays in the layout that it has.
Weights with_torch_names(Weights weights);

}  // namespace workflow
