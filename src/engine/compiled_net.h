#pragma once

#include <functional>
#include <map>

#include "engine/program.h"

namespace workflow {

/// A net's programs: one for each batch size and number of threads, made when it is first asked for, all on the same
/// packed weights. Thread-safe.
class CompiledNet {
 public:
  /// Gives the net as data for a batch size: the same steps whatever the size. Called by one thread at a time.
  using Trace = std::function<NetGraph(std::int64_t batch)>;

  /// With Int8 each of `calibration`'s inputs, [H, W, C] floats of one item, is run in floats first, to measure how far
  /// each tensor reaches. Throws dnnl::error where oneDNN lacks a step.
  CompiledNet(Trace trace, Precision precision, std::span<const std::vector<float>> calibration = {});

  /// For the calling thread's number of OpenMP threads.
  const Program& program(std::int64_t batch) const;

  /// Lets go of the programs for larger batches.
  void forget_above(std::int64_t batch);

 private:
  std::vector<TensorRange> measured(std::span<const std::vector<float>> calibration) const;

  Trace trace_;
  ProgramSettings settings_;
  mutable std::mutex mutex_;
  mutable PackedWeights weights_;
  mutable std::map<std::pair<std::int64_t, int>, std::unique_ptr<const Program>> programs_;  // by batch and threads
};

/// Whether this processor has what a precision needs: always true of Float32 and Int8.
bool is_there(Precision precision);

}  // namespace workflow
