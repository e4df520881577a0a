#pragma once

#include "train/deep/hyperparameter_values.h"
#include "train/method.h"

namespace workflow {

/// Trains what a template makes, in all its layers.
class DeepMethod : public Trainer::Method {
 public:
  /// Throws Error (InvalidSetting) for an option out of its range.
  DeepMethod(TrainingTemplate shape, DeepOptions options);

  Trained fit(const Dataset& train, const Dataset& held_out, const EpochCallback& on_epoch) const override;
  std::shared_ptr<const Method> with(std::span<const Json::Member> hyperparameters) const override;
  RateSearch find_learning_rate(const Dataset& train) const override;

 private:
  TrainingTemplate shape_;
  HyperparameterValues values_;
  DeepOptions options_;
};

}  // namespace workflow
