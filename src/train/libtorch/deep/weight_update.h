#pragma once

#include <string>
#include <vector>

#include "train/libtorch/deep/layer_plan.h"

namespace workflow {

/// Tensors that a checkpoint keeps, by name; they share memory with what they are the state of.
using NamedTensors = std::vector<std::pair<std::string, torch::Tensor>>;

/// One step of SGD with Nesterov's momentum, or of AdamW, as PyTorch has them, with each parameter's own rate. Parameters
/// without a gradient stay as they are.
class WeightUpdate {
 public:
  WeightUpdate(const LoopSettings& settings, const std::vector<LearntParameter>& parameters);

  void step(double rate);

  /// Its moments and counts; the same tensors for as long as it lives.
  NamedTensors state() const;

 private:
  void sgd(const LearntParameter& parameter, std::size_t i, double rate);
  void adamw(const LearntParameter& parameter, std::size_t i, double rate);

  const LoopSettings& settings_;
  const std::vector<LearntParameter>& parameters_;
  std::vector<torch::Tensor> means_;    // momentum, or Adam's first moment
  std::vector<torch::Tensor> squares_;  // Adam's second moment
  torch::Tensor counts_;                // steps that each parameter has taken
};

/// Scales the parameters' gradients down so that their norm is at most this. Gives the norm that they had.
double clip_gradients(const std::vector<LearntParameter>& parameters, double most);

}  // namespace workflow
