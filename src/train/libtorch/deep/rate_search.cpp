#include <algorithm>
#include <cmath>

#include "base/compute_threads.h"
#include "model/libtorch/device.h"
#include "model/libtorch/guard.h"
#include "train/deep/seeds.h"
#include "train/embed_inputs.h"
#include "train/libtorch/deep/batch_loader.h"
#include "train/libtorch/deep/begin_task.h"
#include "train/libtorch/deep/kept_memory.h"
#include "train/libtorch/deep/mixed_precision.h"
#include "train/libtorch/deep/torch_random.h"
#include "train/libtorch/deep/weight_update.h"
#include "train/progress_rate.h"
#include "train/shuffle.h"
#include "workflow/base/error.h"

namespace workflow {
namespace {

constexpr std::string_view place = "Trainer::find_learning_rate";
constexpr int most_steps = 100;
constexpr double lowest = 1e-6, highest = 10;
constexpr double smooth = 0.9;       // share of the old in the mean of the losses
constexpr double has_diverged = 4;   // times the least loss

// Where the smoothed loss falls fastest over the logarithm of the rate, before it is at its least.
double steepest(const std::vector<std::pair<double, double>>& losses) {
  const auto least = std::ranges::min_element(losses, {}, &std::pair<double, double>::second);
  std::size_t best = 0;
  double fall = 0;
  constexpr std::size_t reach = 4;
  for (std::size_t i = reach; i < static_cast<std::size_t>(least - losses.begin()) + 1; ++i)
    if (losses[i - reach].second - losses[i].second > fall) {
      fall = losses[i - reach].second - losses[i].second;
      best = i - reach / 2;
    }
  return losses[best].first;
}

class Search {
 public:
  Search(const DeepTraining& training, const Dataset& train)
      : training_(training),
        train_(train),
        threads_(threads_of(training.options.threads)),
        device_(torch_device(training.options.device)),
        random_(device_) {
    random_.seed(seed_of({training.options.seed, 0}));
    task_ = begin_task(training, train, notes_);
  }

  RateSearch run() {
    LoopSettings settings(training_.values);
    LayerPlan plan(*task_, settings);
    WeightUpdate update(settings, plan.parameters());
    plan.begin_epoch(1);
    ProgressRate bar(training_.options.progress, "searching a rate", most_steps);
    BatchLoader loader(*task_, train_, order(static_cast<std::size_t>(settings.batch)), 1);
    RateSearch found;
    double mean = 0, least = std::numeric_limits<double>::infinity();
    for (int step = 0; step < most_steps; ++step) {
      if (training_.options.cancel.stop_requested()) throw Error(ErrorCode::Cancelled, place, "cancelled");
      const double rate = lowest * std::pow(highest / lowest, step / static_cast<double>(most_steps - 1));
      const auto batch = loader.next();
      if (!batch) break;
      if (batch->examples.empty()) continue;
      const double loss = learn(*batch, plan, step);
      mean = smooth * mean + (1 - smooth) * loss;
      const double unbiased = mean / (1 - std::pow(smooth, step + 1));
      if (!std::isfinite(loss) || unbiased > has_diverged * least) break;
      least = std::min(least, unbiased);
      found.losses.emplace_back(rate, unbiased);
      update.step(rate);
      bar.at(static_cast<std::uint64_t>(step) + 1);
    }
    bar.end();
    if (found.losses.size() < 10)
      throw Error(ErrorCode::Failed, place, "the loss is no number within ten steps; look at the pictures and their labels");
    found.suggested = steepest(found.losses);
    return found;
  }

 private:
  // Epoch after epoch until there are enough.
  BatchOrder order(std::size_t wanted) const {
    std::vector<std::uint32_t> all = task_->places(train_, Use::Training);
    if (all.empty()) throw Error(ErrorCode::InvalidValue, place, "no input says anything of the concepts");
    const std::size_t batch = std::min(wanted, all.size());
    std::mt19937_64 random(seed_of({training_.options.seed, 1}));
    BatchOrder order{.batch = batch, .seed = training_.options.seed};
    while (order.places.size() < batch * most_steps) {
      shuffle(all, random);
      order.places.insert(order.places.end(), all.begin(), all.begin() + static_cast<std::ptrdiff_t>(all.size() / batch * batch));
    }
    order.places.resize(batch * most_steps);
    return order;
  }

  double learn(const LoadedBatch& batch, const LayerPlan& plan, int step) {
    for (const LearntParameter& each : plan.parameters()) torch::Tensor(each.tensor).mutable_grad() = torch::Tensor();
    std::mt19937_64 random(seed_of({training_.options.seed, 3, static_cast<std::uint64_t>(step)}));
    torch::Tensor loss;
    {
      const MixedPrecision mixed(device_, training_.options.precision == Precision::BFloat16);
      loss = task_->loss(task_->normalised(batch.input.to(device_)), batch.examples, random);
    }
    loss.backward();
    return loss.item<double>();
  }

  const DeepTraining& training_;
  const Dataset& train_;
  ComputeThreads threads_;
  KeptMemory memory_;
  torch::Device device_;
  TorchRandom random_;
  std::vector<std::string> notes_;
  std::shared_ptr<DeepTask> task_;
};

}  // namespace

RateSearch search_rate(const DeepTraining& training, const Dataset& train) {
  return guarded(place, [&] { return Search(training, train).run(); });
}

}  // namespace workflow
