#pragma once

#include <span>

#include "workflow/train/trainer.h"

namespace workflow {

/// A way of training: what Trainer::head and its siblings make.
class Trainer::Method {
 public:
  virtual ~Method() = default;
  virtual Trained fit(const Dataset& train, const Dataset& held_out, const EpochCallback& on_epoch) const = 0;

  /// The same with hyperparameters set. Throws Error (InvalidSetting).
  virtual std::shared_ptr<const Method> with(std::span<const Json::Member> hyperparameters) const;

  virtual RateSearch find_learning_rate(const Dataset& train) const;
};

}  // namespace workflow
