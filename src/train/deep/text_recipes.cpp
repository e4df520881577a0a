#include "train/deep/concept_hyperparameters.h"
#include "train/deep/loop_settings.h"
#include "train/deep/picture_recipes.h"
#include "train/deep/tasks.h"

namespace workflow {
namespace {

Hyperparameter word_dropout() {
  return {.name = "word_dropout", .otherwise = 0.1, .least = 0, .most = 0.9, .description = "share of the pieces that are left out at random"};
}

}  // namespace

std::vector<Recipe> text_recipes() {
  return {
      {"text/transformer-small", "a transformer from nothing, with a vocabulary out of the texts that it learns from",
       joined({{{.name = "vocabulary", .otherwise = 8000, .least = 100, .most = 100000,
                 .description = "pieces of words at most, beside single characters"},
                {.name = "width", .otherwise = 128, .least = 16, .most = 1024,
                 .description = "channels; a multiple of twice the heads"},
                {.name = "layers", .otherwise = 2, .least = 1, .most = 24, .description = "of attention"},
                {.name = "heads", .otherwise = 4, .least = 1, .most = 16, .description = "of each layer"}},
               concept_hyperparameters(0.1),
               {word_dropout()},
               loop_hyperparameters({.batch = 32, .learning_rate = 1e-3, .optimiser = "adamw", .weight_decay = 0.05, .clipping = 1})}),
       [](const TaskNeeds& needs) { return make_text_classification({.architecture = "text-transformer"}, needs); }},
      {"text/text-embedder", "the built-in text-embedder (Universal Sentence Encoder Lite) with a layer behind it",
       joined({concept_hyperparameters(0.1),
               {word_dropout()},
               loop_hyperparameters({.batch = 32, .learning_rate = 5e-4, .optimiser = "adamw", .weight_decay = 0.01,
                                     .first_layer_rate = 0.1, .clipping = 1, .from = "text-embedder"})}),
       [](const TaskNeeds& needs) { return make_text_classification({.architecture = "use-lite"}, needs); }},
  };
}

}  // namespace workflow
