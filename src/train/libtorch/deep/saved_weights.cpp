#include "train/libtorch/deep/saved_weights.h"

namespace workflow {

Weights saved_weights(const torch::nn::Module& module) {
  Weights weights;
  auto storage = std::make_shared<std::vector<torch::Tensor>>();
  const auto add = [&](const std::string& name, const torch::Tensor& tensor) {
    if (name.ends_with("num_batches_tracked")) return;
    // Of its own: the net goes on, or away.
    storage->push_back(tensor.detach().to(torch::kCPU, torch::kFloat32).clone(torch::MemoryFormat::Contiguous));
    const torch::Tensor& kept = storage->back();
    weights.tensors.push_back({name, DType::F32, kept.sizes().vec(),
                               {static_cast<const std::byte*>(kept.data_ptr()), static_cast<std::size_t>(kept.nbytes())}});
  };
  for (const auto& each : module.named_parameters()) add(each.key(), each.value());
  for (const auto& each : module.named_buffers()) add(each.key(), each.value());
  weights.storage = std::move(storage);
  return weights;
}

}  // namespace workflow
