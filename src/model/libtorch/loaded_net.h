#pragma once

#include <memory>
#include <string_view>

#include "nets/net.h"
#include "weights/weights.h"
#include "workflow/base/json.h"

namespace workflow {

/// The net of an architecture with its weights, on the CPU; a TorchScript program, architecture "torchscript", on `device`.
/// Throws Error: what make_net and load_weights throw; InvalidModel where a program comes with another architecture, or
/// tensors with that one.
std::shared_ptr<Net> loaded_net(std::string_view architecture, const Json& settings, const Weights& weights,
                                const torch::Device& device);

}  // namespace workflow
