#include "train/libtorch/deep/concept_task.h"

#include "nets/architectures.h"
#include "train/deep/learnable.h"
#include "train/libtorch/deep/saved_weights.h"

namespace workflow {

ConceptTask::ConceptTask(const TaskNeeds& needs, bool texts)
    : texts_(texts),
      exclusive_(needs.values.flag("exclusive")),
      unsaid_is_negative_(needs.values.flag("unsaid_is_negative")),
      smoothing_(needs.values.number("label_smoothing")) {
  check_takes(needs.train, texts_, "this template");
  concepts_ = learnable(needs.train, exclusive_ ? 2 : 1, needs.notes);
  targets_ = std::make_unique<ConceptTargets>(concepts_, exclusive_, unsaid_is_negative_);
}

void ConceptTask::make_net_of(const std::string& architecture, Json settings) {
  architecture_ = architecture;
  settings_ = std::move(settings);
  settings_["outputs"] = concepts_.size();
  net_ = make_net(architecture_, settings_);
}

std::vector<std::uint32_t> ConceptTask::places(const Dataset& dataset, Use) const {
  check_takes(dataset, texts_, "this template");
  return telling_places(dataset, concepts_, exclusive_, unsaid_is_negative_);
}

ModelDirectory ConceptTask::model() const {
  ModelDirectory model;
  model.spec.task = texts_ ? "text classification" : "image classification";
  model.spec.input = texts_ ? "text" : "image";
  model.spec.output = "concepts";
  model.spec.architecture = architecture_;
  model.spec.settings = settings_;
  model.spec.decoding = Json::object({{"kind", exclusive_ ? "softmax" : "sigmoid"}});
  model.spec.description = "Tells " + std::to_string(concepts_.size()) + " concepts apart";
  model.labels = concepts_;
  model.weights = saved_weights(*net_);
  return model;
}

}  // namespace workflow
