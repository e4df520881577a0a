#include "train/libtorch/deep/weight_update.h"

#include <cmath>

namespace workflow {
namespace {

constexpr double second_beta = 0.999, epsilon = 1e-8;

}  // namespace

WeightUpdate::WeightUpdate(const LoopSettings& settings, const std::vector<LearntParameter>& parameters)
    : settings_(settings), parameters_(parameters), counts_(torch::zeros({static_cast<std::int64_t>(parameters.size())}, torch::kInt64)) {
  for (const LearntParameter& each : parameters) {
    means_.push_back(torch::zeros_like(each.tensor, torch::TensorOptions().requires_grad(false)));
    if (settings.update == UpdateKind::AdamW) squares_.push_back(torch::zeros_like(means_.back()));
  }
}

void WeightUpdate::step(double rate) {
  const torch::NoGradGuard no_gradient;
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    const LearntParameter& each = parameters_[i];
    if (!each.tensor.grad().defined()) continue;
    ++counts_.data_ptr<std::int64_t>()[i];
    if (settings_.update == UpdateKind::Sgd)
      sgd(each, i, rate * each.rate);
    else
      adamw(each, i, rate * each.rate);
  }
}

void WeightUpdate::sgd(const LearntParameter& parameter, std::size_t i, double rate) {
  torch::Tensor weight = parameter.tensor, gradient = parameter.tensor.grad();
  if (parameter.decays && settings_.weight_decay > 0) gradient = gradient.add(weight, settings_.weight_decay);
  means_[i].mul_(settings_.momentum).add_(gradient);
  weight.add_(gradient.add(means_[i], settings_.momentum), -rate);
}

void WeightUpdate::adamw(const LearntParameter& parameter, std::size_t i, double rate) {
  torch::Tensor weight = parameter.tensor;
  const torch::Tensor& gradient = parameter.tensor.grad();
  if (parameter.decays && settings_.weight_decay > 0) weight.mul_(1 - rate * settings_.weight_decay);
  const auto count = static_cast<double>(counts_.data_ptr<std::int64_t>()[i]);
  means_[i].mul_(settings_.momentum).add_(gradient, 1 - settings_.momentum);
  squares_[i].mul_(second_beta).addcmul_(gradient, gradient, 1 - second_beta);
  const double first = 1 - std::pow(settings_.momentum, count), second = 1 - std::pow(second_beta, count);
  weight.addcdiv_(means_[i], (squares_[i].sqrt() / std::sqrt(second)).add_(epsilon), -rate / first);
}

NamedTensors WeightUpdate::state() const {
  NamedTensors all;
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    all.emplace_back("mean." + parameters_[i].name, means_[i]);
    if (!squares_.empty()) all.emplace_back("square." + parameters_[i].name, squares_[i]);
  }
  all.emplace_back("counts", counts_);
  return all;
}

double clip_gradients(const std::vector<LearntParameter>& parameters, double most) {
  std::vector<torch::Tensor> norms;
  for (const LearntParameter& each : parameters)
    if (each.tensor.grad().defined()) norms.push_back(each.tensor.grad().norm());
  if (norms.empty()) return 0;
  const double norm = torch::stack(norms).norm().item<double>();
  if (norm > most)
    for (const LearntParameter& each : parameters)
      if (each.tensor.grad().defined()) each.tensor.grad().mul_(most / norm);
  return norm;
}

}  // namespace workflow
