#pragma once

#include <chrono>
#include <optional>
#include <set>

#include "base/compute_threads.h"
#include "train/deep/run_training.h"
#include "train/deep/schedule.h"
#include "train/deep/training_progress.h"
#include "train/libtorch/deep/batch_loader.h"
#include "train/libtorch/deep/checkpoint.h"
#include "train/libtorch/deep/kept_memory.h"
#include "train/libtorch/deep/moving_average.h"
#include "train/libtorch/deep/peers.h"
#include "train/libtorch/deep/torch_random.h"
#include "train/progress_rate.h"

namespace workflow {

/// One training, from its beginning or its last checkpoint to a model.
class Training {
 public:
  Training(const DeepTraining& training, const Dataset& train, const Dataset& held_out, const EpochCallback& on_epoch);

  Trained run();

 private:
  enum class Went { On, Over, Astray };

  void go_on_from_checkpoint();
  std::string read_checkpoint();
  Went epoch(int number);
  Went end_epoch(int number);
  bool learn(const LoadedBatch& batch, std::uint64_t number, std::size_t group, torch::Tensor& loss);
  bool settle();
  std::optional<Measured> measured(Measure& measure, const Dataset& dataset);
  void take_note_of(const std::vector<DatasetFault>& faults, const Dataset& dataset);
  NamedTensors all_tensors() const;
  NamedTensors good_weights();
  void write_checkpoint();
  std::string astray() const;
  Trained made();

  const DeepTraining& training_;
  const Dataset& train_;
  const Dataset& held_out_;
  const EpochCallback& on_epoch_;
  const DeepOptions& options_;
  LoopSettings settings_;
  int loaders_;
  // Set before a tensor is made, and put back behind all of them.
  ComputeThreads threads_;
  KeptMemory memory_;
  torch::Device device_;
  TorchRandom random_;

  Report report_;
  std::shared_ptr<DeepTask> task_;
  std::vector<std::uint32_t> places_;
  std::size_t batch_;    // of this process
  std::size_t batches_;  // of an epoch
  std::unique_ptr<LayerPlan> plan_;
  std::unique_ptr<WeightUpdate> update_;
  std::unique_ptr<MovingAverage> average_;
  std::unique_ptr<Schedule> schedule_;
  std::unique_ptr<Peers> peers_;
  std::unique_ptr<Checkpoints> checkpoints_;
  std::unique_ptr<ProgressRate> bar_;

  TrainingProgress at_;
  torch::Tensor pending_;  // the last step's loss, looked at one step late so that a GPU need not be waited for
  NamedTensors good_;      // of the last epoch
  NamedTensors best_;
  std::set<std::string> broken_;
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point written_ = began_;
  double seconds_waited_ = 0;
  double rate_ = 0;
};

}  // namespace workflow
