#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <span>
#include <vector>

#include "train/targets.h"

namespace workflow {

/// The weighted cross-entropy of heads that stand side by side on the same rows: each gives a logit for every concept, and
/// learns from the rows that are not left out of it. Softmax or sigmoids, as the targets say.
class HeadLoss {
 public:
  /// One head for each list of `left_out` rows (ascending). Views the targets and the weights (one a concept; empty: 1).
  HeadLoss(const Targets& targets, const std::vector<float>& concept_weights,
           std::span<const std::span<const std::uint32_t>> left_out);

  std::int64_t heads() const { return heads_; }

  /// The sum over the rows at `use` for each head, [heads], of logits [use.size(), heads * concepts].
  torch::Tensor operator()(const torch::Tensor& logits, std::span<const std::uint32_t> use) const;

  /// What the rows at `use` weigh together for each head, [heads]; never 0.
  torch::Tensor weight_of(std::span<const std::uint32_t> use) const;

  /// Whether the first head's best concept is one that the row shows; `at` is the row's place in the logits.
  bool is_right(const torch::Tensor& logits, std::size_t at, std::uint32_t row) const;

 private:
  float concept_weight(std::size_t each) const { return weights_.empty() ? 1.0f : weights_[each]; }
  torch::Tensor weights_at(std::span<const std::uint32_t> use) const;
  torch::Tensor softmax(const torch::Tensor& logits, std::span<const std::uint32_t> use) const;
  torch::Tensor sigmoids(const torch::Tensor& logits, std::span<const std::uint32_t> use) const;

  const Targets& targets_;
  const std::vector<float>& weights_;
  std::int64_t heads_;
  std::vector<bool> is_left_out_;  // [rows, heads]; empty where nothing is
};

}  // namespace workflow
