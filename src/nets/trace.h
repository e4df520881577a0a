#pragma once

#include "engine/net_graph.h"
#include "nets/net.h"

namespace workflow {

/// A folded net as data, for inputs of the example's shape: its forward pass is run once and what LibTorch's tracer saw
/// of it is written down. Operators that the engine does not know become foreign steps, which call LibTorch.
/// The graph keeps the weights that it needs; the net may go. Throws Error (Failed) for what no step can express, as an
/// operator with several results.
NetGraph trace(Net& net, const torch::Tensor& example);

}  // namespace workflow
