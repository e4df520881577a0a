#include "train/deep/deep_method.h"

#include "train/deep/run_training.h"
#include "train/in_range.h"
#include "workflow/base/error.h"

namespace workflow {
namespace {

constexpr std::string_view place = "Trainer::deep";

void check(const DeepOptions& options) {
  in_range(place, "epochs", options.epochs, 1, 100'000);
  in_range(place, "threads", options.threads, 0, 1024);
  in_range(place, "checkpoint_minutes", options.checkpoint_minutes, 1e-6, 1e6);
  const Processes& processes = options.processes;
  in_range(place, "processes.world", processes.world, 1, 1024);
  in_range(place, "processes.rank", processes.rank, 0, processes.world - 1);
  in_range(place, "processes.port", processes.port, 1, 65535);
  in_range(place, "processes.seconds_until_lost", processes.seconds_until_lost, 0.1, 86400.0);
  if (options.precision == Precision::Int8)
    throw Error(ErrorCode::InvalidSetting, std::string(place), "precision: wanted Float32 or BFloat16; nothing is trained in int8");
}

}  // namespace

DeepMethod::DeepMethod(TrainingTemplate shape, DeepOptions options)
    : shape_(std::move(shape)), values_(shape_.hyperparameters()), options_(std::move(options)) {
  check(options_);
}

Trained DeepMethod::fit(const Dataset& train, const Dataset& held_out, const EpochCallback& on_epoch) const {
  return run_training({shape_, values_, options_}, train, held_out, on_epoch);
}

std::shared_ptr<const Trainer::Method> DeepMethod::with(std::span<const Json::Member> hyperparameters) const {
  auto changed = std::make_shared<DeepMethod>(*this);
  for (const auto& [name, value] : hyperparameters) changed->values_.set(name, shape_.checked(name, value));
  return changed;
}

RateSearch DeepMethod::find_learning_rate(const Dataset& train) const {
  return search_rate({shape_, values_, options_}, train);
}

}  // namespace workflow
