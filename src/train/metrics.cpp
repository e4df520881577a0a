#include "workflow/train/metrics.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "train/beta.h"
#include "workflow/base/error.h"

namespace workflow {
namespace {

void check(Scores scores, Truths truths) {
  if (scores.size() != truths.size())
    throw Error(ErrorCode::InvalidValue, "metrics",
                fmt::format("wanted a truth for each of {} scores, got {}", scores.size(), truths.size()));
  if (std::any_of(scores.begin(), scores.end(), [](float score) { return std::isnan(score); }))
    throw Error(ErrorCode::InvalidValue, "metrics", "wanted numbers as scores, got NaN");
}

// Decisions at each distinct score, the highest first.
std::vector<CurvePoint> full_curve(Scores scores, Truths truths) {
  check(scores, truths);
  std::vector<std::size_t> order(scores.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return scores[a] > scores[b]; });
  const auto positives =
      static_cast<std::size_t>(std::count_if(truths.begin(), truths.end(), [](auto truth) { return truth != 0; }));
  Decisions now{0, 0, positives, scores.size() - positives};
  std::vector<CurvePoint> curve;
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (truths[order[i]])
      ++now.true_positives, --now.false_negatives;
    else
      ++now.false_positives, --now.true_negatives;
    if (i + 1 == order.size() || scores[order[i + 1]] != scores[order[i]]) curve.push_back({scores[order[i]], now});
  }
  return curve;
}

double share(std::size_t part, std::size_t rest) {
  return part + rest == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(part + rest);
}

}  // namespace

double Decisions::precision() const { return share(true_positives, false_positives); }
double Decisions::recall() const { return share(true_positives, false_negatives); }
double Decisions::f1() const { return share(2 * true_positives, false_positives + false_negatives); }

Decisions decisions_at(Scores scores, Truths truths, float threshold) {
  check(scores, truths);
  Decisions decisions;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    if (scores[i] >= threshold)
      ++(truths[i] ? decisions.true_positives : decisions.false_positives);
    else
      ++(truths[i] ? decisions.false_negatives : decisions.true_negatives);
  }
  return decisions;
}

std::optional<double> roc_auc(Scores scores, Truths truths) {
  const auto curve = full_curve(scores, truths);
  if (curve.empty()) return std::nullopt;
  const auto positives = static_cast<double>(curve.back().decisions.true_positives);
  const auto negatives = static_cast<double>(curve.back().decisions.false_positives);
  if (positives == 0 || negatives == 0) return std::nullopt;
  double area = 0, right = 0, wrong = 0;
  for (const CurvePoint& point : curve) {
    const auto more_right = static_cast<double>(point.decisions.true_positives);
    const auto more_wrong = static_cast<double>(point.decisions.false_positives);
    area += (more_wrong - wrong) * (right + more_right) / 2;
    right = more_right, wrong = more_wrong;
  }
  return area / (positives * negatives);
}

std::optional<double> average_precision(Scores scores, Truths truths) {
  const auto curve = full_curve(scores, truths);
  if (curve.empty() || curve.back().decisions.true_positives == 0) return std::nullopt;
  double sum = 0, recall = 0;
  for (const CurvePoint& point : curve) {
    const double reached = point.decisions.recall();
    sum += (reached - recall) * point.decisions.precision();
    recall = reached;
  }
  return sum;
}

std::vector<CurvePoint> threshold_curve(Scores scores, Truths truths, std::size_t most) {
  auto curve = full_curve(scores, truths);
  if (most < 2 || curve.size() <= most) return curve;
  std::vector<CurvePoint> chosen;
  for (std::size_t i = 0; i < most; ++i) chosen.push_back(curve[i * (curve.size() - 1) / (most - 1)]);
  return chosen;
}

std::vector<ReliabilityBin> reliability(Scores scores, Truths truths, int bins) {
  check(scores, truths);
  if (bins < 1 || bins > 1000)
    throw Error(ErrorCode::InvalidSetting, "reliability", fmt::format("wanted 1 to 1000 bins, got {}", bins));
  std::vector<ReliabilityBin> all(static_cast<std::size_t>(bins));
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const double score = static_cast<double>(scores[i]);
    ReliabilityBin& bin = all[static_cast<std::size_t>(std::clamp(static_cast<int>(score * bins), 0, bins - 1))];
    bin.mean_score += score;
    bin.share_true += truths[i] ? 1 : 0;
    ++bin.count;
  }
  std::erase_if(all, [](const ReliabilityBin& bin) { return bin.count == 0; });
  for (ReliabilityBin& bin : all) {
    bin.mean_score /= static_cast<double>(bin.count);
    bin.share_true /= static_cast<double>(bin.count);
  }
  return all;
}

double expected_calibration_error(const std::vector<ReliabilityBin>& bins) {
  double gaps = 0, count = 0;
  for (const ReliabilityBin& bin : bins) {
    gaps += static_cast<double>(bin.count) * std::abs(bin.mean_score - bin.share_true);
    count += static_cast<double>(bin.count);
  }
  return count > 0 ? gaps / count : 0.0;
}

double clopper_pearson_lower(std::size_t successes, std::size_t trials, double confidence) {
  if (successes > trials || !(confidence >= 0 && confidence < 1))
    throw Error(ErrorCode::InvalidValue, "clopper_pearson_lower",
                fmt::format("wanted successes among the trials and a confidence below 1, got {} of {} at {}", successes,
                            trials, confidence));
  if (successes == 0) return 0;
  return incomplete_beta_inverse(static_cast<double>(successes), static_cast<double>(trials - successes + 1),
                                 1 - confidence);
}

double mcnemar_p(std::size_t only_first, std::size_t only_second) {
  const std::size_t fewer = std::min(only_first, only_second), all = only_first + only_second;
  if (all == 0) return 1;
  // Twice the lower tail of a fair coin: P(X <= fewer) = I_1/2(all - fewer, fewer + 1).
  return std::min(1.0, 2 * incomplete_beta(static_cast<double>(all - fewer), static_cast<double>(fewer + 1), 0.5));
}

}  // namespace workflow
