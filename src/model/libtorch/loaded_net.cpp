#include "model/libtorch/loaded_net.h"

#include "model/libtorch/script_net.h"
#include "nets/architectures.h"
#include "nets/load_weights.h"
#include "workflow/base/error.h"

namespace workflow {

std::shared_ptr<Net> loaded_net(std::string_view architecture, const Json& settings, const Weights& weights,
                                const torch::Device& device) {
  const bool is_script = architecture == "torchscript";
  if (is_script && weights.program.empty())
    throw Error(ErrorCode::InvalidModel, architecture, "wanted a TorchScript program as weights.pt, got tensors");
  if (!is_script && !weights.program.empty())
    throw Error(ErrorCode::InvalidModel, architecture,
                "wanted tensors, got a TorchScript program; its architecture is \"torchscript\"");
  if (is_script) return std::make_shared<ScriptNet>(weights.program, device);
  auto net = make_net(architecture, settings);
  load_weights(*net, weights);
  return net;
}

}  // namespace workflow
