#pragma once

#include "train/deep/recipe.h"
#include "train/libtorch/deep/concept_measure.h"
#include "train/libtorch/deep/task.h"

namespace workflow {

/// What tasks that tell concepts apart have in common, of pictures and of texts: targets, cross-entropy with label smoothing,
/// the measure, a classifier as the model.
class ConceptTask : public DeepTask {
 public:
  Net& net() override { return *net_; }
  std::vector<std::uint32_t> places(const Dataset& dataset, Use use) const override;
  std::unique_ptr<Measure> measure() const override { return std::make_unique<ConceptMeasure>(concepts_, exclusive_); }
  ModelDirectory model() const override;
  const std::vector<std::string>& concepts() const override { return concepts_; }

 protected:
  /// Reads `exclusive`, `unsaid_is_negative` and `label_smoothing`. Throws Error as Recipe::make does.
  ConceptTask(const TaskNeeds& needs, bool texts);

  /// Makes the net, with an output for each concept.
  void make_net_of(const std::string& architecture, Json settings);

  std::vector<float> targets(const Dataset& dataset, std::size_t place) const { return (*targets_)(dataset, place); }
  torch::Tensor losses(const torch::Tensor& logits, const torch::Tensor& targets) const {
    return concept_losses(logits, targets, exclusive_, smoothing_);
  }

 private:
  bool texts_;
  bool exclusive_;
  bool unsaid_is_negative_;
  double smoothing_;
  std::vector<std::string> concepts_;
  std::unique_ptr<ConceptTargets> targets_;
  std::string architecture_;
  Json settings_;
  std::shared_ptr<Net> net_;
};

}  // namespace workflow
