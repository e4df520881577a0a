#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "train/targets.h"

namespace workflow {

/// The factor on logits, 0.05..20, under which a softmax is likeliest to have been right (Guo et al. 2017): 1 / temperature.
/// `logits` is [rows.size(), concepts], of the targets at `rows`. 1 where nothing can be told.
double fit_temperature(std::span<const float> logits, const Targets& targets, std::span<const std::uint32_t> rows);

/// Platt's line for one concept: sigmoid(scale * logit + shift), by Newton's method with the targets smoothed as in
/// Lin, Lin, Weng: A note on Platt's probabilistic outputs (2007). The identity where one kind of example is missing.
struct PlattLine {
  double scale = 1;
  double shift = 0;
};
PlattLine fit_platt(std::span<const float> logits, std::span<const std::uint8_t> truths);

}  // namespace workflow
