#pragma once

#include "train/deep/recipe.h"
#include "workflow/train/trainer.h"

namespace workflow {

/// A training from a template, with all that was chosen.
struct DeepTraining {
  const TrainingTemplate& shape;
  const HyperparameterValues& values;
  const DeepOptions& options;
};

/// Behind the wall: the loop itself. Throw Error as Trainer::fit does.
Trained run_training(const DeepTraining& training, const Dataset& train, const Dataset& held_out, const EpochCallback& on_epoch);
RateSearch search_rate(const DeepTraining& training, const Dataset& train);

}  // namespace workflow
