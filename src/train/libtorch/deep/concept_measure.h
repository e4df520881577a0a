#pragma once

#include <unordered_map>

#include "train/libtorch/deep/task.h"

namespace workflow {

/// The targets of inputs as numbers: 1, 0, and -1 where nothing is known.
class ConceptTargets {
 public:
  ConceptTargets(std::span<const std::string> concepts, bool exclusive, bool unsaid_is_negative);
  std::vector<float> operator()(const Dataset& dataset, std::size_t place) const;

 private:
  std::unordered_map<std::string, std::size_t> places_;
  bool fills_up_;
};

/// Losses of logits [N, concepts] against targets of the same shape, one for each row, as 32-bit floats.
torch::Tensor concept_losses(const torch::Tensor& logits, const torch::Tensor& targets, bool exclusive, double smoothing);

/// The targets of a batch, [N, concepts], on the CPU.
torch::Tensor targets_of(std::span<const Example> batch);

/// How well concepts are told: accuracy of exclusive ones, else the mean average precision.
class ConceptMeasure : public Measure {
 public:
  ConceptMeasure(std::vector<std::string> concepts, bool exclusive);

  void add(const std::vector<torch::Tensor>& outputs, std::span<const Example> batch) override;
  Measured measured() override;
  void tell(Report& report, const Dataset& held_out) override;

 private:
  bool exclusive_;
  std::shared_ptr<Predictions> predictions_;
  std::vector<std::uint32_t> places_;
  double loss_ = 0;
};

}  // namespace workflow
