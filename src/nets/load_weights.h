#pragma once

#include "weights/weights.h"
#include "nets/net.h"

namespace workflow {

/// Copies the tensors into the net's parameters and buffers of the same names; F16, BF16 and F64 become F32.
/// Throws one Error (InvalidModel) that lists on its further lines every tensor that is missing, extra or of another
/// shape, with the nearest name; and one that names the tensor where a value is NaN or infinite. The net is left as it
/// was in the first case. `num_batches_tracked` may be there or not; Keras' words for the parts of a layer will do.
void load_weights(Net& net, const Weights& weights);

/// A tensor of its own, as 32-bit floats. Throws Error (InvalidModel) for integers, and where a value is NaN or infinite.
torch::Tensor tensor_of(const TensorView& view);

}  // namespace workflow
