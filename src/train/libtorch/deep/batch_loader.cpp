#include "train/libtorch/deep/batch_loader.h"

#include <chrono>

#include "base/compute_threads.h"
#include "train/deep/seeds.h"
#include "workflow/base/error.h"

namespace workflow {

BatchLoader::BatchLoader(const DeepTask& task, const Dataset& dataset, BatchOrder order, int threads)
    : task_(task),
      dataset_(dataset),
      order_(std::move(order)),
      ahead_(static_cast<std::size_t>(threads) + 2),
      next_to_load_(order_.first),
      next_to_give_(order_.first) {
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
}

BatchLoader::~BatchLoader() {
  {
    const std::lock_guard lock(mutex_);
    is_over_ = true;
  }
  changed_.notify_all();
  for (std::thread& each : threads_) each.join();
}

std::size_t BatchLoader::batches() const { return (order_.places.size() + order_.batch - 1) / order_.batch; }

void BatchLoader::work() {
  const ComputeThreads single(1);
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [&] { return is_over_ || (next_to_load_ < next_to_give_ + ahead_ && next_to_load_ < batches()) || next_to_load_ >= batches(); });
    if (is_over_ || next_to_load_ >= batches()) return;
    const std::size_t number = next_to_load_++;
    lock.unlock();
    LoadedBatch loaded;
    std::exception_ptr fault;
    try {
      loaded = load(number);
    } catch (...) {
      fault = std::current_exception();
    }
    lock.lock();
    if (fault)
      fault_ = fault;
    else
      ready_.emplace(number, std::move(loaded));
    changed_.notify_all();
  }
}

LoadedBatch BatchLoader::load(std::size_t number) const {
  LoadedBatch batch;
  const std::size_t begin = number * order_.batch;
  for (std::size_t i = begin; i < std::min(begin + order_.batch, order_.places.size()); ++i) {
    const std::uint32_t place = order_.places[i];
    std::mt19937_64 random(seed_of({order_.seed, place}));
    try {
      batch.examples.push_back(task_.example(dataset_, place, order_.use, random));
      batch.examples.back().place = place;
    } catch (const Error& error) {
      batch.faults.push_back({dataset_[place].id, error.text()});
    }
  }
  if (!batch.examples.empty()) batch.input = task_.input(batch.examples);
  return batch;
}

std::optional<LoadedBatch> BatchLoader::next() {
  const auto begin = std::chrono::steady_clock::now();
  std::unique_lock lock(mutex_);
  if (next_to_give_ >= batches()) return std::nullopt;
  changed_.wait(lock, [&] { return fault_ || ready_.contains(next_to_give_); });
  if (fault_) std::rethrow_exception(fault_);
  LoadedBatch batch = std::move(ready_.extract(next_to_give_++).mapped());
  lock.unlock();
  changed_.notify_all();
  seconds_waited_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return batch;
}

}  // namespace workflow
