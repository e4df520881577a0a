#pragma once

#include "train/libtorch/deep/weight_update.h"

namespace workflow {

/// A module's parameters and buffers, by name.
NamedTensors state_of(torch::nn::Module& module);

/// An exponential moving average of all of a module's numbers: quieter weights than the last step's, which mostly tell a
/// little better (Polyak and Juditsky 1992; the rising share as in TensorFlow).
class MovingAverage {
 public:
  /// `keeps` is the share of the old at each step, below 1.
  MovingAverage(torch::nn::Module& module, double keeps);

  /// After step number `step`, from 1.
  void add(std::int64_t step);

  /// Puts the averages in the module's place, and back when it is called again.
  void swap();

  NamedTensors state() const;

 private:
  double keeps_;
  NamedTensors of_;
  std::vector<torch::Tensor> averages_;
};

}  // namespace workflow
