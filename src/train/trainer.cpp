#include "workflow/train/trainer.h"

#include "train/deep/deep_method.h"
#include "train/head_method.h"
#include "workflow/base/error.h"

namespace workflow {

std::shared_ptr<const Trainer::Method> Trainer::Method::with(std::span<const Json::Member>) const {
  throw Error(ErrorCode::InvalidSetting, "Trainer::set", "only Trainer::deep has hyperparameters; give others their options");
}

RateSearch Trainer::Method::find_learning_rate(const Dataset&) const {
  throw Error(ErrorCode::InvalidSetting, "Trainer::find_learning_rate", "wanted a trainer that Trainer::deep made");
}

Trainer Trainer::head(Embedder trunk, HeadOptions options) {
  return Trainer(std::make_shared<const HeadMethod>(std::move(trunk), std::move(options)));
}

Trainer Trainer::deep(TrainingTemplate shape, DeepOptions options) {
  return Trainer(std::make_shared<const DeepMethod>(std::move(shape), std::move(options)));
}

void Trainer::set(std::initializer_list<Json::Member> hyperparameters) { method_ = method_->with(hyperparameters); }

void Trainer::set(const std::string& hyperparameter, const Json& value) { set({{hyperparameter, value}}); }

RateSearch Trainer::find_learning_rate(const Dataset& train) const { return method_->find_learning_rate(train); }

void Trainer::on_epoch(EpochCallback callback) { on_epoch_ = std::move(callback); }

Trained Trainer::fit(const Dataset& train, const Dataset& held_out) const {
  return method_->fit(train, held_out, on_epoch_);
}

}  // namespace workflow
