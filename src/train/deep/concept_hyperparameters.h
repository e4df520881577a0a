#pragma once

#include <vector>

#include "workflow/train/training_template.h"

namespace workflow {

/// How concepts are told apart: `exclusive`, `unsaid_is_negative`, `label_smoothing`.
std::vector<Hyperparameter> concept_hyperparameters(double smoothing);

}  // namespace workflow
