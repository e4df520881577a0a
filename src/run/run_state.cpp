#include "run/run_state.h"

#include <fmt/format.h>

#include <tbb/global_control.h>

#include <algorithm>
#include <atomic>
#include <random>
#include <thread>

#include "base/compute_threads.h"

namespace workflow {
namespace {

constexpr std::size_t usual_batch = 8;

// oneTBB prints a warning where an arena asks for more workers than there are to be had.
int workers(int threads) {
  return std::min(threads, static_cast<int>(tbb::global_control::active_value(tbb::global_control::max_allowed_parallelism)));
}

// Unique among all runs of all processes that write to one place.
std::string new_run_id() {
  static std::atomic<std::uint64_t> count{0};
  static const std::uint64_t process = [] {
    std::random_device random;
    return (static_cast<std::uint64_t>(random()) << 32) | random();
  }();
  return fmt::format("{:016x}-{}", process, ++count);
}

int all_cores() { return std::max(1, static_cast<int>(std::thread::hardware_concurrency())); }

}  // namespace

Executor::Machine::Machine(ExecutorOptions options)
    : options_(options), threads_(options.threads > 0 ? options.threads : all_cores()), arena_(workers(threads_), 1) {}

Run::State::State(std::shared_ptr<Executor::Machine> machine, std::shared_ptr<const Drawing> drawing, std::vector<Source> sources)
    : machine_(std::move(machine)), id_(new_run_id()), sources_(std::move(sources)) {
  const ExecutorOptions& options = machine_->options();
  const auto threads = static_cast<std::size_t>(machine_->threads());
  const bool live = std::any_of(sources_.begin(), sources_.end(), [](const Source& source) { return source.live(); });
  const std::optional<std::size_t> size = sources_.front().size();

  batch_ = options.batch > 0 ? static_cast<std::size_t>(options.batch) : live ? 1 : usual_batch;
  // A short list is spread over the threads.
  if (options.batch == 0 && size) batch_ = std::clamp<std::size_t>((*size + threads - 1) / threads, 1, batch_);
  // A live source's next input is not there yet: nobody is to wait for it with a finished result in hand.
  alone_ = threads == 1 || options.favour == Favour::Latency || (size && *size <= batch_) || (live && batch_ == 1);

  const ComputeThreads budget(compute_threads());
  plan_.emplace(std::move(drawing), options.device, options.effects, id_);
}

std::vector<Arrival> Run::State::next_arrivals() {
  std::vector<Arrival> arrivals;
  for (std::size_t i = 0; i < sources_.size(); ++i) {
    std::optional<Arrival> arrival = sources_[i].next();
    if (arrival) {
      arrivals.push_back(std::move(*arrival));
      continue;
    }
    // The first source's end is the run's end, as long as it is everybody's.
    for (std::size_t k = 0; k < sources_.size(); ++k) {
      const bool goes_on = k < i || (k > i && sources_[k].next());
      if (goes_on)
        throw Error(ErrorCode::InvalidValue, plan_->drawing().name,
                    fmt::format("wanted sources of one length, but that of \"{}\" ended after {} inputs and that of \"{}\" goes on",
                                plan_->drawing().steps[plan_->inputs()[i]].name, inputs_read_,
                                plan_->drawing().steps[plan_->inputs()[k]].name));
    }
    return {};
  }
  return arrivals;
}

std::optional<Run::State::Begun> Run::State::begin_window() {
  const std::lock_guard reading(source_mutex_);
  {
    const std::lock_guard lock(mutex_);
    if (!may_begin()) return std::nullopt;
  }
  Begun begun;
  const std::uint64_t first = inputs_read_;
  std::exception_ptr error;
  bool end = false;
  try {
    while (begun.arrivals.size() < batch_ && !end) {
      std::vector<Arrival> arrivals = next_arrivals();
      end = arrivals.empty();
      if (!end) begun.arrivals.push_back(std::move(arrivals));
      inputs_read_ = first + begun.arrivals.size();
    }
  } catch (...) {
    error = std::current_exception();
  }
  const std::lock_guard lock(mutex_);
  if (error) source_error_ = error;
  if (error || end) {
    ended_ = true;
    changed_.notify_all();
  }
  if (begun.arrivals.empty()) return std::nullopt;
  begun.sequence = begun_++;
  begun.window = plan_->new_window();
  begun.window->first = first;
  begun.window->inputs = static_cast<std::uint32_t>(begun.arrivals.size());
  for (const auto& arrivals : begun.arrivals) {
    begun.window->ids.push_back(arrivals.front().id);
    begun.window->moments.push_back(arrivals.front().moment);
  }
  return begun;
}

bool Run::State::may_begin() const {
  return !ended_ && begun_ - handed_out_ <= static_cast<std::uint64_t>(machine_->threads());
}

void Run::State::process(Begun begun) {
  {
    const ComputeThreads budget(compute_threads());
    plan_->run(*begun.window, begun.arrivals, begun.sequence);
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  const std::lock_guard lock(mutex_);
  inputs_done_ += begun.window->inputs;
  seconds_ = seconds;
  done_.emplace(begun.sequence, std::move(begun.window));
  changed_.notify_all();
}

void Run::State::call_helpers() {
  if (alone_) return;
  const auto self = shared_from_this();
  const std::lock_guard lock(mutex_);
  while (helpers_ < machine_->arena().max_concurrency() - 1 && may_begin()) {
    ++helpers_;
    machine_->arena().enqueue([self] { self->help(); });
    if (begun_ - handed_out_ + static_cast<std::uint64_t>(helpers_) > static_cast<std::uint64_t>(machine_->threads())) break;
  }
}

void Run::State::help() {
  while (auto begun = begin_window()) process(std::move(*begun));
  const std::lock_guard lock(mutex_);
  --helpers_;
  changed_.notify_all();
}

std::optional<Result> Run::State::next() {
  for (;;) {
    if (current_ && current_input_ < current_->inputs) return Result(current_, current_input_++);
    current_.reset();
    call_helpers();
    {
      std::unique_lock lock(mutex_);
      if (const auto found = done_.find(handed_out_); found != done_.end()) {
        current_ = std::move(found->second);
        done_.erase(found);
        current_input_ = 0;
        ++handed_out_;
        continue;
      }
      if (finished()) {
        if (source_error_) std::rethrow_exception(std::exchange(source_error_, nullptr));
        return std::nullopt;
      }
      // The wanted window is in somebody's hands, and as much as may be is in flight.
      if (!may_begin()) {
        changed_.wait(lock, [&] { return done_.contains(handed_out_) || finished(); });
        continue;
      }
    }
    if (auto begun = begin_window()) process(std::move(*begun));
  }
}

void Run::State::stop() {
  std::unique_lock lock(mutex_);
  ended_ = true;
  changed_.wait(lock, [&] { return helpers_ == 0; });
}

RunStats Run::State::stats() const {
  RunStats stats;
  stats.steps = plan_->stats();
  stats.failed_inputs = plan_->failed_inputs();
  const std::lock_guard lock(mutex_);
  stats.inputs = inputs_done_;
  stats.seconds = seconds_;
  return stats;
}

}  // namespace workflow
