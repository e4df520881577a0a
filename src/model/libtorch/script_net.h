#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "nets/net.h"

// After torch/torch.h, which net.h brings.
#include <torch/script.h>

namespace workflow {

/// A TorchScript program (torch.jit.save) as a net: its forward() takes [N, 3, H, W] and gives a tensor, or a tuple, a
/// list or a dict of tensors, each with the batch first. It is frozen and optimised for inference as it is made, and is
/// not trained. The profiling executor and the tensor-expression fuser, which would make its first runs slow and recompile
/// for every shape, are left out call by call, so the host's own settings stay as they are.
/// A program is code: load only what you trust. forward() is thread-safe.
class ScriptNet : public Net {
 public:
  /// Throws Error (InvalidModel) where LibTorch cannot read it.
  ScriptNet(std::span<const std::byte> program, const torch::Device& device);

  /// Throws Error (InvalidModel) where it gives something else.
  std::vector<torch::Tensor> forward(const torch::Tensor& x) override;

  /// A program may branch on what it sees, and is optimised already.
  bool can_be_traced() const override { return false; }

 private:
  torch::jit::Module module_;
};

}  // namespace workflow
