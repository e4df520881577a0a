#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "train/deep/hyperparameter_values.h"
#include "weights/weights.h"
#include "workflow/train/dataset.h"
#include "workflow/train/training_template.h"

namespace workflow {

class DeepTask;

/// What a task is made of.
struct TaskNeeds {
  const HyperparameterValues& values;
  const Dataset& train;
  const Weights* pretrained = nullptr;  ///< what training begins with; null: random weights
  std::vector<std::string>& notes;      ///< for the report's reader
};

/// What stands behind a template's name.
struct Recipe {
  std::string name;
  std::string description;
  std::vector<Hyperparameter> hyperparameters;

  /// Throws Error (InvalidValue) for data that nothing can be learnt from, TypeMismatch for texts in place of pictures.
  std::function<std::shared_ptr<DeepTask>(const TaskNeeds&)> make;
};

/// All of them, by kind: the one list.
const std::vector<std::shared_ptr<const Recipe>>& recipes();

std::vector<Recipe> classification_recipes();
std::vector<Recipe> detection_recipes();
std::vector<Recipe> embedding_recipes();
std::vector<Recipe> text_recipes();

}  // namespace workflow
