#pragma once

#include <initializer_list>
#include <iterator>
#include <memory>
#include <optional>

#include "workflow/base/device.h"
#include "workflow/base/export.h"
#include "workflow/graph/graph.h"
#include "workflow/run/result.h"
#include "workflow/run/source.h"
#include "workflow/run/stats.h"

namespace workflow {

/// What to be quick at.
enum class Favour {
  Throughput,  ///< many inputs a second: each thread takes a window of inputs through the whole graph
  Latency,     ///< the single input: one after the other, every thread on the same one
};

struct ExecutorOptions {
  int threads = 0;  ///< the budget for everything: decoding, LibTorch, the BLAS; the thread that pulls the results is one of
                    ///< them. 0 takes all cores, else 1..1024
  int batch = 0;    ///< inputs that go through together; more make larger batches and take more memory. 0 chooses: 8, and 1
                    ///< for a generator, which may be live. Else 1..4096
  Favour favour = Favour::Throughput;
  bool effects = true;  ///< whether steps that write do so; false is a dry run: everything else happens
  std::optional<Device> device = {};  ///< where models compute; none leaves each where it was loaded
};

/// One pass of a source through a graph: a range of Results in the order of the inputs, pulled by the loop that reads it.
/// What is in flight is bounded (`threads` + 1 windows of `batch` inputs), so a folder of a million photos runs in constant
/// memory. For one thread; movable. Destroying it stops it after the windows in flight.
class WORKFLOW_EXPORT Run {
 public:
  class State;
  struct End {};

  class WORKFLOW_EXPORT iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = Result;
    using difference_type = std::ptrdiff_t;
    using pointer = const Result*;
    using reference = const Result&;

    explicit iterator(Run* run) : run_(run) { ++*this; }
    const Result& operator*() const { return *result_; }
    const Result* operator->() const { return &*result_; }
    iterator& operator++() { return result_ = run_->next(), *this; }
    void operator++(int) { ++*this; }
    friend bool operator==(const iterator& it, End) { return !it.result_; }

   private:
    Run* run_;
    std::optional<Result> result_;
  };

  explicit Run(std::shared_ptr<State> state);
  ~Run();
  Run(Run&&) noexcept;
  Run& operator=(Run&&) noexcept;

  iterator begin() { return iterator(this); }
  End end() const { return {}; }

  /// The next result, or none at the end. Throws what the source itself threw, after the results before that.
  std::optional<Result> next();

  /// Reads to the end and lets the results go: for graphs whose steps write somewhere.
  void finish();

  /// What happened so far.
  RunStats stats() const;

  /// What its effects are written under, unique among all runs: `app.undo(run.id())`.
  const std::string& id() const;

 private:
  std::shared_ptr<State> state_;
};

/// The machine: device, threads, batching. Runs any graph; thread-safe and reusable.
/// @code
///   Executor executor;
///   for (const Result& result : executor.run(graph, images("photos/")))
///     for (const auto& face : result[faces]) fmt::print("{} {:.2f}\n", result.id(), face->score);
/// @endcode
/// It changes no setting of the process: OpenMP's thread count is set for its own threads, and for the pulling thread
/// only while it works for a run.
class WORKFLOW_EXPORT Executor {
 public:
  /// Throws Error: InvalidSetting, or Unavailable for a device that is not there.
  explicit Executor(ExecutorOptions options = {});
  ~Executor();
  Executor(Executor&&) noexcept;
  Executor& operator=(Executor&&) noexcept;

  /// Starts a run of a graph with one input. Throws Error: InvalidGraph where the graph has several inputs or none,
  /// TypeMismatch where the source yields another type than the input takes.
  Run run(const Graph& graph, Source source) const;

  /// The same with a source for each input, read in step; where one ends before the others, the run ends with an Error.
  Run run(const Graph& graph, std::initializer_list<Bound> sources) const;

  const ExecutorOptions& options() const;

  class Machine;

 private:
  std::shared_ptr<Machine> machine_;
};

}  // namespace workflow
