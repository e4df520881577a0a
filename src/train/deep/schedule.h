#pragma once

#include <cstdint>
#include <limits>

#include "train/deep/loop_settings.h"
#include "workflow/base/json.h"

namespace workflow {

/// How the learning rate goes from step to step. What it knows beyond the settings, which is how a plateau's epochs went, is
/// its state.
class Schedule {
 public:
  Schedule(const LoopSettings& settings, std::int64_t steps) : settings_(settings), steps_(steps) {}

  /// Of a step from 0, for the head.
  double rate(std::int64_t step) const;

  /// Told how an epoch went: less is better. Of a plateau only.
  void after_epoch(double loss);

  Json state() const;
  void restore(const Json& state);

 private:
  const LoopSettings& settings_;
  std::int64_t steps_;
  double factor_ = 1;
  double least_ = std::numeric_limits<double>::infinity();
  int stale_for_ = 0;
};

}  // namespace workflow
