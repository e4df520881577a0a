#pragma once

#include "train/deep/run_training.h"
#include "train/libtorch/deep/task.h"

namespace workflow {

/// The model that a task has become, with all that its spec and card say of its training, ready to run where it was trained.
Trained trained_model(const DeepTask& task, const DeepTraining& training, Report report);

}  // namespace workflow
