#include <algorithm>

#include "nets/architectures.h"
#include "train/deep/learnable.h"
#include "train/deep/tasks.h"
#include "train/libtorch/deep/concept_measure.h"
#include "train/libtorch/deep/mixup.h"
#include "train/libtorch/deep/picture_input.h"
#include "train/libtorch/deep/saved_weights.h"

namespace workflow {
namespace {

class PictureClassification : public DeepTask {
 public:
  PictureClassification(const PictureNet& net, const TaskNeeds& needs)
      : exclusive_(needs.values.flag("exclusive")),
        unsaid_is_negative_(needs.values.flag("unsaid_is_negative")),
        smoothing_(needs.values.number("label_smoothing")),
        mixup_(needs.values.number("mixup")),
        input_(net, needs.values),
        shape_(net) {
    check_takes(needs.train, false, "this template");
    concepts_ = learnable(needs.train, exclusive_ ? 2 : 1, needs.notes);
    targets_ = std::make_unique<ConceptTargets>(concepts_, exclusive_, unsaid_is_negative_);
    shape_.settings["outputs"] = concepts_.size();
    net_ = make_net(shape_.architecture, shape_.settings);
  }

  Net& net() override { return *net_; }

  bool is_head(std::string_view parameter) const override {
    return std::ranges::any_of(shape_.head, [&](const std::string& prefix) { return parameter.starts_with(prefix); });
  }

  std::vector<std::uint32_t> places(const Dataset& dataset, Use) const override {
    check_takes(dataset, false, "this template");
    return telling_places(dataset, concepts_, exclusive_, unsaid_is_negative_);
  }

  Example example(const Dataset& dataset, std::size_t place, Use use, std::mt19937_64& random) const override {
    Example made;
    made.image = input_(image_of(dataset[place]), use == Use::Training, random);
    made.targets = (*targets_)(dataset, place);
    return made;
  }

  torch::Tensor normalised(const torch::Tensor& input) const override { return input_.normalised(input); }

  torch::Tensor loss(const torch::Tensor& input, std::span<const Example> batch, std::mt19937_64& random) override {
    const auto targets = targets_of(batch).to(input.device());
    const auto losses = [&](const torch::Tensor& logits, const torch::Tensor& of) {
      return concept_losses(logits, of, exclusive_, smoothing_);
    };
    if (mixup_ == 0) return losses(net_->forward(input).front(), targets).mean();
    const double share = mixup_share(mixup_, random);
    const auto logits = net_->forward(input * share + input.flip(0) * (1 - share)).front();
    return (losses(logits, targets) * share + losses(logits, targets.flip(0)) * (1 - share)).mean();
  }

  std::unique_ptr<Measure> measure() const override { return std::make_unique<ConceptMeasure>(concepts_, exclusive_); }

  ModelDirectory model() const override {
    ModelDirectory model;
    model.spec.task = "image classification";
    model.spec.input = "image";
    model.spec.output = "concepts";
    model.spec.architecture = shape_.architecture;
    model.spec.settings = shape_.settings;
    model.spec.preprocessing = input_.preprocessing();
    model.spec.decoding = Json::object({{"kind", exclusive_ ? "softmax" : "sigmoid"}});
    model.spec.description = "Tells " + std::to_string(concepts_.size()) + " concepts apart";
    model.labels = concepts_;
    model.weights = saved_weights(*net_);
    return model;
  }

  const std::vector<std::string>& concepts() const override { return concepts_; }

 private:
  bool exclusive_;
  bool unsaid_is_negative_;
  double smoothing_;
  double mixup_;
  PictureInput input_;
  PictureNet shape_;
  std::vector<std::string> concepts_;
  std::unique_ptr<ConceptTargets> targets_;
  std::shared_ptr<Net> net_;
};

}  // namespace

std::shared_ptr<DeepTask> make_picture_classification(const PictureNet& net, const TaskNeeds& needs) {
  return std::make_shared<PictureClassification>(net, needs);
}

}  // namespace workflow
