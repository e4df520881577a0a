#include "train/libtorch/head_loss.h"

#include <algorithm>
#include <limits>

namespace workflow {

HeadLoss::HeadLoss(const Targets& targets, const std::vector<float>& concept_weights,
                   std::span<const std::span<const std::uint32_t>> left_out)
    : targets_(targets), weights_(concept_weights), heads_(static_cast<std::int64_t>(left_out.size())) {
  if (std::all_of(left_out.begin(), left_out.end(), [](const auto& list) { return list.empty(); })) return;
  is_left_out_.resize(targets.rows.size() * left_out.size());
  for (std::size_t head = 0; head < left_out.size(); ++head)
    for (const std::uint32_t row : left_out[head]) is_left_out_[row * left_out.size() + head] = true;
}

torch::Tensor HeadLoss::operator()(const torch::Tensor& logits, std::span<const std::uint32_t> use) const {
  const auto by_head = logits.view({logits.size(0), heads_, static_cast<std::int64_t>(targets_.concepts)});
  return targets_.exclusive ? softmax(by_head, use) : sigmoids(by_head, use);
}

torch::Tensor HeadLoss::weight_of(std::span<const std::uint32_t> use) const {
  return weights_at(use).to(torch::kFloat64).sum(0).clamp_min(1e-9).to(torch::kFloat32);
}

bool HeadLoss::is_right(const torch::Tensor& logits, std::size_t at, std::uint32_t row) const {
  const auto& positive = targets_.rows[row].positive;
  const float* z = logits.data_ptr<float>() + at * static_cast<std::size_t>(logits.size(1));
  const auto top = static_cast<std::uint32_t>(std::max_element(z, z + targets_.concepts) - z);
  return std::binary_search(positive.begin(), positive.end(), top);
}

// [rows, heads]: 0 for a row that is left out of a head.
torch::Tensor HeadLoss::weights_at(std::span<const std::uint32_t> use) const {
  auto weights = torch::empty({static_cast<std::int64_t>(use.size()), heads_});
  float* w = weights.data_ptr<float>();
  const auto heads = static_cast<std::size_t>(heads_);
  for (const std::uint32_t row : use) {
    const auto& positive = targets_.rows[row].positive;
    const float weight = targets_.exclusive && !positive.empty() ? concept_weight(positive.front()) : 1.0f;
    for (std::size_t head = 0; head < heads; ++head)
      *w++ = !is_left_out_.empty() && is_left_out_[row * heads + head] ? 0.0f : weight;
  }
  return weights;
}

torch::Tensor HeadLoss::softmax(const torch::Tensor& logits, std::span<const std::uint32_t> use) const {
  const auto count = static_cast<std::int64_t>(use.size());
  auto shown = torch::empty({count, 1, 1}, torch::kInt64);
  auto* label = shown.data_ptr<std::int64_t>();
  bool all_have_one = true;
  for (std::size_t i = 0; i < use.size(); ++i) {
    const Targets::Row& row = targets_.rows[use[i]];
    label[i] = row.positive.size() == 1 ? row.positive.front() : 0;
    all_have_one &= row.positive.size() == 1;
  }
  const auto weights = weights_at(use), log_all = torch::logsumexp(logits, 2);
  if (all_have_one) return ((log_all - logits.gather(2, shown.expand({count, heads_, 1})).squeeze(2)) * weights).sum(0);
  // Of a row that only says what it is not, every other concept may be the right one.
  auto mask = torch::full({count, 1, logits.size(2)}, -std::numeric_limits<float>::infinity());
  float* m = mask.data_ptr<float>();
  for (std::size_t i = 0; i < use.size(); ++i, m += targets_.concepts) {
    const Targets::Row& row = targets_.rows[use[i]];
    if (row.positive.empty()) std::fill(m, m + targets_.concepts, 0.0f);
    for (const std::uint32_t at : row.negative) m[at] = -std::numeric_limits<float>::infinity();
    for (const std::uint32_t at : row.positive) m[at] = 0;
  }
  return ((log_all - torch::logsumexp(logits + mask, 2)) * weights).sum(0);
}

torch::Tensor HeadLoss::sigmoids(const torch::Tensor& logits, std::span<const std::uint32_t> use) const {
  auto target = torch::zeros({logits.size(0), 1, logits.size(2)}), counts = torch::zeros_like(target);
  float *t = target.data_ptr<float>(), *c = counts.data_ptr<float>();
  for (std::size_t i = 0; i < use.size(); ++i, t += targets_.concepts, c += targets_.concepts) {
    const Targets::Row& row = targets_.rows[use[i]];
    if (row.rest_is_negative) std::fill(c, c + targets_.concepts, 1.0f);
    for (const std::uint32_t at : row.negative) c[at] = 1;
    for (const std::uint32_t at : row.positive) t[at] = 1, c[at] = concept_weight(at);
  }
  const auto losses = torch::binary_cross_entropy_with_logits(logits, target.expand_as(logits), {}, {}, at::Reduction::None);
  return (losses * counts * weights_at(use).unsqueeze(2)).sum(torch::IntArrayRef({0, 2}));
}

}  // namespace workflow
