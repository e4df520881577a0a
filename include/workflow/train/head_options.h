#pragma once

#include <cstdint>
#include <map>
#include <stop_token>
#include <string>

#include "workflow/show/progress.h"
#include "workflow/train/dataset.h"

namespace workflow {

/// What stands on the trunk.
enum class HeadKind {
  Linear,      ///< one layer: logistic regression
  Mlp,         ///< a hidden layer with ReLU between
  Prototypes,  ///< nearest mean by cosine: for five examples a concept (Snell, Swersky, Zemel 2017)
  Neighbours,  ///< k nearest examples by cosine
};

/// How layers are trained.
enum class Optimiser {
  Lbfgs,  ///< all rows at once, with a line search: the best for a linear head (Liu, Nocedal 1989)
  Sgd,    ///< batches, momentum 0.9, cosine schedule
};

/// Embeddings kept on disk, so that a second training on the same inputs runs no trunk.
struct EmbeddingCacheOptions {
  std::string folder = {};                             ///< empty: $XDG_CACHE_HOME/workflow/embeddings, else ~/.cache/...
  std::uint64_t most_bytes = std::uint64_t{1} << 30U;  ///< of each trunk's file; the oldest go. 0 keeps nothing
};

/// The settings of Trainer::head.
struct HeadOptions {
  HeadKind kind = HeadKind::Linear;

  /// Whether an input shows exactly one of the concepts (softmax), or any number of them (a sigmoid each).
  bool exclusive = true;

  /// Of independent concepts: what an input with some label says of those that it does not name: nothing, or that it does
  /// not show them.
  bool unsaid_is_negative = true;

  int epochs = 100;  ///< passes over the embeddings at most, 1..100,000
  Optimiser optimiser = Optimiser::Lbfgs;
  float learning_rate = 0.5f;  ///< of SGD, in units that suit any trunk: 1 is about the largest that is stable. 1e-6..100
  int batch = 256;             ///< of SGD, 1..1,000,000
  int hidden = 256;            ///< of the MLP: width, 1..16,384

  float l2 = 0.01f;        ///< penalty on the weights, for a mean loss and standardised features, 0..1000
  bool choose_l2 = false;  ///< by cross-validation, from 0.0001 to 1, instead

  bool standardise = true;  ///< features to mean 0 and deviation 1 by what is trained on; folded into the weights
  bool balance = false;     ///< weighs each concept by the inverse of its number of examples
  std::map<std::string, float> concept_weights = {};  ///< beside that, by name, 0..1000; else 1

  bool calibrate = true;        ///< scores become probabilities: temperature (exclusive) or Platt, on cross-validated scores
  int folds = 5;                ///< of the cross-validation for choose_l2, calibrate and cross_validate, 2..20
  bool cross_validate = false;  ///< the report tells the accuracy of each fold, too

  int neighbours = 5;  ///< of HeadKind::Neighbours, 1..1000

  /// Inputs that show none of the concepts, of whatever data set: negatives of every independent concept.
  Dataset enrich = {};

  std::uint64_t seed = 0;
  int threads = 0;  ///< the budget for everything, 0 takes all cores, else 1..1024
  EmbeddingCacheOptions cache = {};
  Progress progress = {};       ///< progress_bar() or the host's own; empty: silent
  std::stop_token cancel = {};  ///< ends the training with an Error (Cancelled)
};

}  // namespace workflow
