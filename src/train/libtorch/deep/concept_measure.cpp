#include "train/libtorch/deep/concept_measure.h"

#include <limits>

#include "train/evaluate.h"
#include "train/worst_examples.h"

namespace workflow {

ConceptTargets::ConceptTargets(std::span<const std::string> concepts, bool exclusive, bool unsaid_is_negative)
    : fills_up_(exclusive || unsaid_is_negative) {
  for (const std::string& name : concepts) places_.emplace(name, places_.size());
}

std::vector<float> ConceptTargets::operator()(const Dataset& dataset, std::size_t place) const {
  // As TargetMaker does: one that shows a concept that the model does not have shows none of those that it has.
  const auto positive = dataset.positive(place), negative = dataset.negative(place);
  std::vector<float> targets(places_.size(), fills_up_ && !positive.empty() ? 0.0f : -1.0f);
  const auto set = [&](std::span<const std::uint32_t> list, float value) {
    for (const std::uint32_t each : list)
      if (const auto found = places_.find(dataset.concepts()[each]); found != places_.end()) targets[found->second] = value;
  };
  set(negative, 0);
  set(positive, 1);
  return targets;
}

torch::Tensor targets_of(std::span<const Example> batch) {
  const auto width = static_cast<std::int64_t>(batch.front().targets.size());
  auto targets = torch::empty({static_cast<std::int64_t>(batch.size()), width});
  float* to = targets.data_ptr<float>();
  for (const Example& example : batch) to = std::copy(example.targets.begin(), example.targets.end(), to);
  return targets;
}

torch::Tensor concept_losses(const torch::Tensor& raw, const torch::Tensor& targets, bool exclusive, double smoothing) {
  const auto logits = raw.to(torch::kFloat32);
  if (!exclusive) {
    const auto is_known = (targets >= 0).to(torch::kFloat32);
    const auto smooth = targets.clamp_min(0) * (1 - smoothing) + smoothing / 2;
    const auto all = torch::binary_cross_entropy_with_logits(logits, smooth, {}, {}, at::Reduction::None);
    return (all * is_known).sum(1) / is_known.sum(1).clamp_min(1);
  }
  const auto scores = logits.log_softmax(1);
  // Where nothing is said to be right, all may be that is not said to be wrong.
  const auto is_right = targets == 1;
  const auto is_told = is_right.any(1, /*keepdim=*/true);
  const auto may_be = torch::where(is_told, is_right, targets != 0);
  const auto losses = -torch::logsumexp(scores.masked_fill(~may_be, -std::numeric_limits<float>::infinity()), 1);
  if (smoothing == 0) return losses;
  const auto spread = torch::where(is_told.squeeze(1), -scores.mean(1), losses);
  return losses * (1 - smoothing) + spread * smoothing;
}

ConceptMeasure::ConceptMeasure(std::vector<std::string> concepts, bool exclusive)
    : exclusive_(exclusive), predictions_(std::make_shared<Predictions>()) {
  predictions_->concepts = std::move(concepts);
}

void ConceptMeasure::add(const std::vector<torch::Tensor>& outputs, std::span<const Example> batch) {
  const auto& logits = outputs.front();
  const auto targets = targets_of(batch);
  loss_ += concept_losses(logits, targets, exclusive_, 0).sum().item<double>();
  const auto scores = (exclusive_ ? logits.softmax(1) : logits.sigmoid()).contiguous();
  predictions_->scores.insert(predictions_->scores.end(), scores.data_ptr<float>(), scores.data_ptr<float>() + scores.numel());
  for (const Example& example : batch) {
    places_.push_back(example.place);
    for (const float target : example.targets) predictions_->truths.push_back(static_cast<std::int8_t>(target));
  }
}

Measured ConceptMeasure::measured() {
  predictions_->ids.resize(places_.size());
  Report report;
  report.exclusive = exclusive_;
  for (const std::string& name : predictions_->concepts) report.concepts.push_back({.name = name});
  evaluate(report, predictions_);
  const double loss = places_.empty() ? 0 : loss_ / static_cast<double>(places_.size());
  if (exclusive_) return {loss, "accuracy", report.accuracy.value_or(0)};
  return {loss, "average precision", report.average_precision.value_or(0)};
}

void ConceptMeasure::tell(Report& report, const Dataset& held_out) {
  predictions_->ids.clear();
  for (const std::uint32_t place : places_) predictions_->ids.push_back(held_out[place].id);
  report.exclusive = exclusive_;
  report.held_out = places_.size();
  evaluate(report, predictions_);
  show_worst(report, held_out, places_);
}

}  // namespace workflow
