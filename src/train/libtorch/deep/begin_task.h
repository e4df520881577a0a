#pragma once

#include "train/deep/run_training.h"
#include "train/libtorch/deep/task.h"

namespace workflow {

/// The template's task with random weights, or those that its `from` names, on the device and laid out for it. Throws Error as
/// Trainer::fit does; NotFound or InvalidModel for weights that are not there or fit another architecture.
std::shared_ptr<DeepTask> begin_task(const DeepTraining& training, const Dataset& train, std::vector<std::string>& notes);

}  // namespace workflow
