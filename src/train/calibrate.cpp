#include "train/calibrate.h"

#include <algorithm>
#include <cmath>

namespace workflow {
namespace {

// The mean loss of a softmax over scaled logits.
double softmax_loss(std::span<const float> logits, const Targets& targets, std::span<const std::uint32_t> rows,
                    double factor) {
  double sum = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto& positive = targets.rows[rows[i]].positive;
    if (positive.empty()) continue;
    const float* z = logits.data() + i * targets.concepts;
    const double most = static_cast<double>(*std::max_element(z, z + targets.concepts));
    double all = 0, right = 0;
    for (std::size_t each = 0; each < targets.concepts; ++each)
      all += std::exp(factor * (static_cast<double>(z[each]) - most));
    for (const std::uint32_t each : positive) right += std::exp(factor * (static_cast<double>(z[each]) - most));
    sum += std::log(all) - std::log(std::max(right, 1e-300));
  }
  return sum;
}

}  // namespace

double fit_temperature(std::span<const float> logits, const Targets& targets, std::span<const std::uint32_t> rows) {
  if (rows.empty()) return 1;
  // The loss is convex in the factor, so a golden section on its logarithm finds the bottom.
  const double golden = (std::sqrt(5.0) - 1) / 2;
  double low = std::log(0.05), high = std::log(20.0);
  double a = high - golden * (high - low), b = low + golden * (high - low);
  const auto loss = [&](double log_factor) { return softmax_loss(logits, targets, rows, std::exp(log_factor)); };
  double at_a = loss(a), at_b = loss(b);
  while (high - low > 1e-3) {
    if (at_a < at_b) {
      high = b, b = a, at_b = at_a;
      a = high - golden * (high - low), at_a = loss(a);
    } else {
      low = a, a = b, at_a = at_b;
      b = low + golden * (high - low), at_b = loss(b);
    }
  }
  return std::exp((low + high) / 2);
}

PlattLine fit_platt(std::span<const float> logits, std::span<const std::uint8_t> truths) {
  const auto positives = static_cast<double>(std::count(truths.begin(), truths.end(), 1));
  const auto negatives = static_cast<double>(truths.size()) - positives;
  if (positives == 0 || negatives == 0) return {};
  const double high = (positives + 1) / (positives + 2), low = 1 / (negatives + 2);
  PlattLine line;
  const auto loss = [&](const PlattLine& of) {
    double sum = 0;
    for (std::size_t i = 0; i < logits.size(); ++i) {
      const double z = of.scale * static_cast<double>(logits[i]) + of.shift, target = truths[i] ? high : low;
      sum += std::max(z, 0.0) - z * target + std::log1p(std::exp(-std::abs(z)));
    }
    return sum;
  };
  double now = loss(line);
  for (int step = 0; step < 50; ++step) {
    double g_scale = 0, g_shift = 0, h_scale = 1e-9, h_shift = 1e-9, h_both = 0;
    for (std::size_t i = 0; i < logits.size(); ++i) {
      const double logit = static_cast<double>(logits[i]);
      const double p = 1 / (1 + std::exp(-(line.scale * logit + line.shift)));
      const double gap = p - (truths[i] ? high : low), bend = p * (1 - p);
      g_scale += gap * logit, g_shift += gap;
      h_scale += bend * logit * logit, h_shift += bend, h_both += bend * logit;
    }
    const double determinant = h_scale * h_shift - h_both * h_both;
    if (std::abs(g_scale) + std::abs(g_shift) < 1e-8 || !(determinant > 0)) break;
    const PlattLine direction{(g_scale * h_shift - g_shift * h_both) / determinant,
                              (g_shift * h_scale - g_scale * h_both) / determinant};
    double reach = 1;
    for (; reach > 1e-10; reach /= 2) {
      const PlattLine next{line.scale - reach * direction.scale, line.shift - reach * direction.shift};
      if (const double there = loss(next); there < now) {
        line = next, now = there;
        break;
      }
    }
    if (reach <= 1e-10) break;
  }
  // A line that falls would turn the ranking round: such logits say nothing, and stay as they are.
  return line.scale > 0 ? line : PlattLine{};
}

}  // namespace workflow
