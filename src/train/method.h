#pragma once

#include "workflow/train/trainer.h"

namespace workflow {

/// A way of training: what Trainer::head and its siblings make.
class Trainer::Method {
 public:
  virtual ~Method() = default;
  virtual Trained fit(const Dataset& train, const Dataset& held_out, const EpochCallback& on_epoch) const = 0;
};

}  // namespace workflow
