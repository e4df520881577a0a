#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "train/deep/hyperparameter_values.h"

namespace workflow {

enum class ScheduleKind { OneCycle, Cosine, Plateau };
enum class UpdateKind { Sgd, AdamW };
enum class Freeze { None, Stem, Trunk };

/// How a task learns: the hyperparameters that all templates have.
struct LoopSettings {
  int batch = 32;
  int accumulation = 1;
  double learning_rate = 0.01;
  ScheduleKind schedule = ScheduleKind::OneCycle;
  double warm_up = 0.3;
  UpdateKind update = UpdateKind::Sgd;
  double momentum = 0.9;
  double weight_decay = 0;
  double first_layer_rate = 1;
  Freeze freeze = Freeze::None;
  int unfreeze_epochs = 0;
  bool frozen_batch_norm = false;
  double ema = 0;
  double clipping = 0;
  int patience = 0;
  bool keep_best = true;

  explicit LoopSettings(const HyperparameterValues& values);
};

/// What differs between templates of these.
struct LoopDefaults {
  int batch = 32;
  double learning_rate = 0.01;
  std::string schedule = "one-cycle";
  double warm_up = 0.3;
  std::string optimiser = "sgd";
  double weight_decay = 5e-4;
  double first_layer_rate = 1;
  double ema = 0;
  double clipping = 0;
  std::string from = {};
};

/// The hyperparameters that LoopSettings reads, and `from`.
std::vector<Hyperparameter> loop_hyperparameters(const LoopDefaults& defaults);

}  // namespace workflow
