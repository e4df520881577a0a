#include "train/libtorch/deep/layer_plan.h"

#include <cmath>
#include <limits>

namespace workflow {
namespace {

constexpr int never = std::numeric_limits<int>::max();

}  // namespace

LayerPlan::LayerPlan(DeepTask& task, const LoopSettings& settings)
    : learner_(task.learner()), frozen_batch_norm_(settings.frozen_batch_norm) {
  std::vector<int> layers;  // of each parameter; -1 for the head
  std::string last;
  int count = 0;
  for (const auto& each : learner_.named_parameters()) {
    const bool is_weight = each.value().dim() > 1;
    parameters_.push_back({each.key(), each.value(), 1, is_weight, 1});
    if (task.is_head(each.key())) {
      layers.push_back(-1);
      continue;
    }
    const std::string module = each.key().substr(0, each.key().rfind('.'));
    if (count == 0 || (is_weight && module != last)) ++count;
    if (is_weight) last = module;
    layers.push_back(count - 1);
  }
  for (std::size_t i = 0; i < layers.size(); ++i) {
    if (layers[i] < 0) continue;
    const double depth = static_cast<double>(layers[i]) / count;
    parameters_[i].rate = std::pow(settings.first_layer_rate, 1 - depth);
    const bool is_frozen = settings.freeze == Freeze::Trunk || (settings.freeze == Freeze::Stem && layers[i] == 0);
    if (!is_frozen) continue;
    parameters_[i].thaws_in =
        settings.unfreeze_epochs == 0 ? never : 1 + static_cast<int>(std::ceil((1 - depth) * settings.unfreeze_epochs));
  }
}

void LayerPlan::begin_epoch(int epoch) {
  learner_.train();
  for (LearntParameter& each : parameters_) each.tensor.set_requires_grad(epoch >= each.thaws_in);
  for (const auto& module : learner_.modules()) {
    auto* norm = module->as<torch::nn::BatchNorm2d>();
    if (!norm) continue;
    if (frozen_batch_norm_) {
      norm->weight.set_requires_grad(false);
      norm->bias.set_requires_grad(false);
    }
    if (!norm->weight.requires_grad()) norm->eval();
  }
}

}  // namespace workflow
