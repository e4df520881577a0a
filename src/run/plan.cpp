#include "run/plan.h"

#include <chrono>
#include <condition_variable>
#include <set>
#include <utility>

#include "graph/tally_scope.h"
#include "workflow/graph/operation.h"

namespace workflow {

/// Tells the time since it was last asked: one reading a step, as reading the clock costs more than an empty step.
class Plan::Clock {
 public:
  double lap() {
    const auto now = std::chrono::steady_clock::now();
    return std::chrono::duration<double>(now - std::exchange(last_, now)).count();
  }

 private:
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

/// Lets windows into a stateful step one by one, in their order. A window that waits here waits for one that was begun
/// before it, so somebody always moves.
struct Plan::Turns {
  std::mutex mutex;
  std::condition_variable moved;
  std::uint64_t next = 0;

  void wait_for(std::uint64_t sequence) {
    std::unique_lock lock(mutex);
    moved.wait(lock, [&] { return next == sequence; });
  }
  void pass() {
    {
      const std::lock_guard lock(mutex);
      ++next;
    }
    moved.notify_all();
  }
};

Plan::Plan(std::shared_ptr<const Drawing> drawing, std::optional<Device> device, bool effects, std::string run)
    : drawing_(std::move(drawing)), effects_(*drawing_, effects, std::move(run)), device_(device) {
  const auto& steps = drawing_->steps;
  states_.resize(steps.size());
  turns_.resize(steps.size());
  stats_.resize(steps.size());
  for (StepId id = 0; id < steps.size(); ++id) {
    stats_[id].step = steps[id].name;
    if (!steps[id].operation) {
      inputs_.push_back(id);
      continue;
    }
    steps[id].operation->prepare(device_ ? &*device_ : nullptr);
    if (steps[id].operation->shape().stateful) {
      states_[id] = steps[id].operation->make_state();
      turns_[id] = std::make_shared<Turns>();
    }
  }
}

std::shared_ptr<RunWindow> Plan::new_window() const {
  auto window = std::make_shared<RunWindow>();
  window->drawing = drawing_;
  window->levels.resize(drawing_->levels.size());
  window->columns.reserve(drawing_->steps.size());
  for (const Step& step : drawing_->steps) window->columns.push_back(step.make_column());
  if (device_) window->device = &*device_;
  return window;
}

void Plan::run(RunWindow& window, std::vector<std::vector<Arrival>>& arrivals, std::uint64_t sequence) {
  std::vector<StepStats> figures(drawing_->steps.size());
  Clock clock;
  load(window, arrivals, clock, figures);
  for (StepId id = 0; id < drawing_->steps.size(); ++id)
    if (drawing_->steps[id].operation) run_step(window, id, sequence, clock, figures[id]);
  effects_.commit(window);
  window.device = nullptr;  // the plan may end before the window does

  std::set<std::uint32_t> failed;
  for (const Failure& failure : window.failures) failed.insert(window.up(failure.level, failure.item, 0));
  const std::lock_guard lock(mutex_);
  failed_inputs_ += failed.size();
  for (StepId id = 0; id < figures.size(); ++id) {
    stats_[id].batches += figures[id].batches;
    stats_[id].items_in += figures[id].items_in;
    stats_[id].items_out += figures[id].items_out;
    stats_[id].failures += figures[id].failures;
    stats_[id].seconds += figures[id].seconds;
    for (const auto& [what, count] : figures[id].tallies) stats_[id].tallies[what] += count;
  }
}

void Plan::load(RunWindow& window, std::vector<std::vector<Arrival>>& arrivals, Clock& clock, std::vector<StepStats>& figures) const {
  for (std::size_t k = 0; k < inputs_.size(); ++k) {
    const StepId id = inputs_[k];
    for (std::uint32_t input = 0; input < window.inputs; ++input) {
      try {
        arrivals[input][k].load(*window.columns[id], input);
      } catch (...) {
        window.fail(id, 0, input, std::current_exception());
        ++figures[id].failures;
      }
    }
    figures[id].seconds = clock.lap();
    figures[id].batches = 1;
    figures[id].items_in = window.inputs;
    figures[id].items_out = window.columns[id]->items.size();
  }
}

void Plan::run_step(RunWindow& window, StepId id, std::uint64_t sequence, Clock& clock, StepStats& figures) {
  const Step& step = drawing_->steps[id];
  const std::size_t failures_before = window.failures.size();
  figures.items_in = window.columns[step.from.front()]->items.size();
  Turns* const turns = turns_[id].get();
  if (turns) {
    turns->wait_for(sequence);
    clock.lap();  // waiting is nobody's work
  }
  {
    const TallyScope counting(figures.tallies);
    step.operation->run(window, id, states_[id].get());
  }
  figures.seconds = clock.lap();
  if (turns) turns->pass();
  figures.batches = 1;
  figures.items_out = window.columns[id]->items.size();
  figures.failures = window.failures.size() - failures_before;
}

std::vector<StepStats> Plan::stats() const {
  const std::lock_guard lock(mutex_);
  return stats_;
}

std::uint64_t Plan::failed_inputs() const {
  const std::lock_guard lock(mutex_);
  return failed_inputs_;
}

}  // namespace workflow
