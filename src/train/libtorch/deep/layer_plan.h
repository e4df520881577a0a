#pragma once

#include <string>
#include <vector>

#include "train/deep/loop_settings.h"
#include "train/libtorch/deep/task.h"

namespace workflow {

/// A parameter with how it learns.
struct LearntParameter {
  std::string name;
  torch::Tensor tensor;
  double rate = 1;      ///< relative to the head's
  bool decays = true;   ///< weights do; normalisations and biases do not
  int thaws_in = 1;     ///< the first epoch that it learns in, from 1; beyond every epoch where it never does
};

/// Which parameters learn from which epoch on, and at which rate: freezing, gradual unfreezing (Howard and Ruder 2018) and
/// layer-wise rates. A layer is a module with weights of its own and the normalisation behind it.
class LayerPlan {
 public:
  LayerPlan(DeepTask& task, const LoopSettings& settings);

  const std::vector<LearntParameter>& parameters() const { return parameters_; }

  /// Puts the learner into training mode for an epoch, from 1: what is frozen gets no gradient, and its batch
  /// normalisations keep their statistics.
  void begin_epoch(int epoch);

 private:
  torch::nn::Module& learner_;
  bool frozen_batch_norm_;
  std::vector<LearntParameter> parameters_;
};

}  // namespace workflow
