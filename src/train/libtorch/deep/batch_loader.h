#pragma once

#include <condition_variable>
#include <deque>
#include <exception>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "train/libtorch/deep/task.h"

namespace workflow {

/// A batch that is ready to be learnt from.
struct LoadedBatch {
  torch::Tensor input;            ///< as DeepTask::input gave it; undefined where no input of the batch could be read
  std::vector<Example> examples;  ///< those that could be read, in their order
  std::vector<DatasetFault> faults;
};

/// Which inputs come when.
struct BatchOrder {
  std::vector<std::uint32_t> places = {};  ///< all inputs, in their order
  std::size_t batch = 1;              ///< inputs in one; the last may be shorter
  std::size_t first = 0;              ///< the number of the first batch that is wanted
  Use use = Use::Training;
  std::uint64_t seed = 0;             ///< of this pass; each input's random numbers come from it and from the input's place
};

/// Reads and augments inputs beside the training, a few batches ahead on threads of its own. What a batch holds depends on the
/// order alone, not on the threads. next() is for one thread.
class BatchLoader {
 public:
  /// `task` and `dataset` must outlive it.
  BatchLoader(const DeepTask& task, const Dataset& dataset, BatchOrder order, int threads);
  ~BatchLoader();
  BatchLoader(const BatchLoader&) = delete;
  BatchLoader& operator=(const BatchLoader&) = delete;

  std::size_t batches() const;

  /// The next batch, waited for; none at the end. Throws whatever but an Error reading an input threw.
  std::optional<LoadedBatch> next();

  double seconds_waited() const { return seconds_waited_; }

 private:
  void work();
  LoadedBatch load(std::size_t number) const;

  const DeepTask& task_;
  const Dataset& dataset_;
  BatchOrder order_;
  std::size_t ahead_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t next_to_load_;
  std::size_t next_to_give_;
  std::map<std::size_t, LoadedBatch> ready_;
  std::exception_ptr fault_;
  bool is_over_ = false;
  double seconds_waited_ = 0;
  std::vector<std::thread> threads_;
};

}  // namespace workflow
