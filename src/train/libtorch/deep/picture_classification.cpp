#include <algorithm>

#include "train/deep/tasks.h"
#include "train/libtorch/deep/concept_task.h"
#include "train/libtorch/deep/mixup.h"
#include "train/libtorch/deep/picture_input.h"

namespace workflow {
namespace {

class PictureClassification : public ConceptTask {
 public:
  PictureClassification(const PictureNet& net, const TaskNeeds& needs)
      : ConceptTask(needs, /*texts=*/false), mixup_(needs.values.number("mixup")), input_(net, needs.values), head_(net.head) {
    make_net_of(net.architecture, net.settings);
  }

  bool is_head(std::string_view parameter) const override {
    return std::ranges::any_of(head_, [&](const std::string& prefix) { return parameter.starts_with(prefix); });
  }

  Example example(const Dataset& dataset, std::size_t place, Use use, std::mt19937_64& random) const override {
    Example made;
    made.image = input_(image_of(dataset[place]), use == Use::Training, random);
    made.targets = targets(dataset, place);
    return made;
  }

  torch::Tensor normalised(const torch::Tensor& input) const override { return input_.normalised(input); }

  torch::Tensor loss(const torch::Tensor& input, std::span<const Example> batch, std::mt19937_64& random) override {
    const auto wanted = targets_of(batch).to(input.device());
    if (mixup_ == 0) return losses(net().forward(input).front(), wanted).mean();
    const double share = mixup_share(mixup_, random);
    const auto logits = net().forward(input * share + input.flip(0) * (1 - share)).front();
    return (losses(logits, wanted) * share + losses(logits, wanted.flip(0)) * (1 - share)).mean();
  }

  ModelDirectory model() const override {
    ModelDirectory model = ConceptTask::model();
    model.spec.preprocessing = input_.preprocessing();
    return model;
  }

 private:
  double mixup_;
  PictureInput input_;
  std::vector<std::string> head_;
};

}  // namespace

std::shared_ptr<DeepTask> make_picture_classification(const PictureNet& net, const TaskNeeds& needs) {
  return std::make_shared<PictureClassification>(net, needs);
}

}  // namespace workflow
