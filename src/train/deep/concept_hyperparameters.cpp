#include "train/deep/concept_hyperparameters.h"

namespace workflow {

std::vector<Hyperparameter> concept_hyperparameters(double smoothing) {
  return {
      {.name = "exclusive", .otherwise = true,
       .description = "an input shows exactly one of the concepts (softmax), or any number of them (a sigmoid each)"},
      {.name = "unsaid_is_negative", .otherwise = true,
       .description = "of concepts that are not exclusive: what a labelled input does not name it does not show"},
      {.name = "label_smoothing", .otherwise = smoothing, .least = 0, .most = 0.9,
       .description = "share of a label that is spread over all concepts (Szegedy et al. 2015)"},
  };
}

}  // namespace workflow
