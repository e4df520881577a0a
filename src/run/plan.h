#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "run/effects.h"
#include "workflow/base/device.h"
#include "workflow/run/result.h"
#include "workflow/run/stats.h"

namespace workflow {

/// A drawing made ready for one run: the state of its stateful steps, whose turn it is in each, and the figures.
class Plan {
 public:
  /// Makes models ready for the calling thread's number of OpenMP threads. `run` is what its effects are told of; without `effects` nothing is written.
  Plan(std::shared_ptr<const Drawing> drawing, std::optional<Device> device, bool effects, std::string run);

  const Drawing& drawing() const { return *drawing_; }

  /// An empty window, its columns made.
  std::shared_ptr<RunWindow> new_window() const;

  /// Takes a window whose inputs are known (`arrivals[i]` has one for each input of the graph) through every step.
  /// `sequence` is the window's number: stateful steps take windows in this order, the others as they come. Thread-safe.
  void run(RunWindow& window, std::vector<std::vector<Arrival>>& arrivals, std::uint64_t sequence);

  const std::vector<StepId>& inputs() const { return inputs_; }

  std::vector<StepStats> stats() const;
  std::uint64_t failed_inputs() const;

 private:
  struct Turns;
  class Clock;

  void load(RunWindow& window, std::vector<std::vector<Arrival>>& arrivals, Clock& clock, std::vector<StepStats>& figures) const;
  void run_step(RunWindow& window, StepId id, std::uint64_t sequence, Clock& clock, StepStats& figures);

  std::shared_ptr<const Drawing> drawing_;
  Effects effects_;
  std::optional<Device> device_;
  std::vector<StepId> inputs_;
  std::vector<std::shared_ptr<void>> states_;
  std::vector<std::shared_ptr<Turns>> turns_;  ///< of stateful steps; null for the others

  mutable std::mutex mutex_;  // guards what follows
  std::vector<StepStats> stats_;
  std::uint64_t failed_inputs_ = 0;
};

}  // namespace workflow
