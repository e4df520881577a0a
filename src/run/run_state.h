#pragma once

#include <tbb/task_arena.h>

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <vector>

#include "run/plan.h"
#include "workflow/run/executor.h"

namespace workflow {

/// What the runs of one executor share: its options, and the arena that its helpers work in.
class Executor::Machine {
 public:
  explicit Machine(ExecutorOptions options);

  const ExecutorOptions& options() const { return options_; }
  int threads() const { return threads_; }
  tbb::task_arena& arena() { return arena_; }

 private:
  ExecutorOptions options_;
  int threads_;
  // One slot is kept for the thread that pulls the results: it works too, so the budget is never exceeded.
  tbb::task_arena arena_;
};

/// A run in progress. Windows are begun in the order of the inputs, by whichever thread is free: a helper in the arena,
/// or the pulling thread while the result that it wants is not there yet. They are handed out in the same order.
class Run::State : public std::enable_shared_from_this<Run::State> {
 public:
  State(std::shared_ptr<Executor::Machine> machine, std::shared_ptr<const Drawing> drawing, std::vector<Source> sources);

  std::optional<Result> next();
  void stop();
  RunStats stats() const;
  const std::string& id() const { return id_; }

 private:
  struct Begun {
    std::shared_ptr<RunWindow> window;
    std::vector<std::vector<Arrival>> arrivals;
    std::uint64_t sequence = 0;
  };

  std::optional<Begun> begin_window();
  std::vector<Arrival> next_arrivals();
  bool may_begin() const;
  void call_helpers();
  void help();
  int compute_threads() const { return alone_ ? machine_->threads() : 1; }
  void process(Begun begun);
  bool finished() const { return ended_ && handed_out_ == begun_; }

  std::shared_ptr<Executor::Machine> machine_;
  std::size_t batch_ = 1;
  bool alone_ = false;  ///< one window at a time, with every thread on it
  std::string id_;
  std::optional<Plan> plan_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();

  std::mutex source_mutex_;  // reading the sources, one thread at a time; taken before mutex_
  std::vector<Source> sources_;
  std::uint64_t inputs_read_ = 0;

  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::map<std::uint64_t, std::shared_ptr<const RunWindow>> done_;
  std::uint64_t begun_ = 0;       ///< windows begun so far
  std::uint64_t handed_out_ = 0;  ///< windows that the pulling thread has taken
  int helpers_ = 0;               ///< helpers called and not yet gone
  bool ended_ = false;            ///< nothing more is to be begun
  std::exception_ptr source_error_;
  std::uint64_t inputs_done_ = 0;
  double seconds_ = 0;

  // The pulling thread's own.
  std::shared_ptr<const RunWindow> current_;
  std::uint32_t current_input_ = 0;
};

}  // namespace workflow
