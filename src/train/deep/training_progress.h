#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "workflow/base/json.h"
#include "workflow/train/epoch.h"

namespace workflow {

/// How far a training is: what a checkpoint holds beside tensors.
struct TrainingProgress {
  int epochs = 0;            ///< that are over
  std::int64_t batches = 0;  ///< of the epoch after these
  std::int64_t steps = 0;    ///< of the optimiser, in all
  double loss_sum = 0;       ///< of the steps of that epoch
  std::int64_t loss_count = 0;
  bool is_over = false;
  int best_epoch = 0;  ///< 0: none yet
  double best_value = 0;
  double seconds = 0;  ///< of computing, over all times that it was started
  std::vector<Epoch> history = {};

  Json to_json() const;
  static TrainingProgress from_json(const Json& json);
};

}  // namespace workflow
