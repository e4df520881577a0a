#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "base/in_quotes.h"
#include "base/nearest.h"
#include "workflow/base/error.h"
#include "workflow/train/report.h"

namespace workflow {
namespace {

constexpr std::size_t candidates = 8;

void check(double precision, double confidence) {
  if (!(precision > 0 && precision < 1) || !(confidence > 0 && confidence < 1))
    throw Error(ErrorCode::InvalidSetting, "threshold_for",
                fmt::format("wanted precision and confidence above 0 and below 1, got {} and {}", precision, confidence));
}

// How many items the tested thresholds accept: a geometric row from the fewest that could pass to all of them. It depends
// on their number alone, as numbers chosen by their truths would spoil the test.
std::set<std::size_t> ranks(std::size_t fewest, std::size_t all) {
  std::set<std::size_t> row;
  const double step =
      std::pow(static_cast<double>(all) / static_cast<double>(fewest), 1.0 / static_cast<double>(candidates - 1));
  for (std::size_t i = 0; i < candidates; ++i)
    row.insert(
        std::min(all, static_cast<std::size_t>(static_cast<double>(fewest) * std::pow(step, static_cast<double>(i)) + 0.5)));
  return row;
}

}  // namespace

PromisedThreshold promised_threshold(Scores scores, Truths truths, double precision, double confidence) {
  check(precision, confidence);
  const auto curve = threshold_curve(scores, truths, scores.size() + 2);
  PromisedThreshold promise;
  const double each = 1 - (1 - confidence) / static_cast<double>(candidates);
  // With no mistake at all, precision^n = 1 - each is where the test begins to pass.
  const auto fewest = static_cast<std::size_t>(std::ceil(std::log(1 - each) / std::log(precision)));
  if (fewest >= scores.size()) {
    promise.why =
        fmt::format("{} held-out inputs are too few: even without a mistake, {} are needed to promise {:.3g} with {:.3g}",
                    scores.size(), fewest + 1, precision, confidence);
    return promise;
  }
  const auto positives = static_cast<double>(curve.back().decisions.true_positives);
  for (const std::size_t rank : ranks(fewest, scores.size() - 1)) {
    // The items above the (rank + 1)th score: given that score, they are a fair sample of all that lie above it.
    std::size_t at = curve.size();
    while (at > 0 && curve[at - 1].decisions.true_positives + curve[at - 1].decisions.false_positives > rank) --at;
    if (at == 0) continue;  // a tie as wide as that
    const CurvePoint& point = curve[at - 1];
    const std::size_t right = point.decisions.true_positives, accepted = right + point.decisions.false_positives;
    const double least = clopper_pearson_lower(right, accepted, each);
    if (least < precision) continue;
    const float below = at < curve.size() ? curve[at].threshold : point.threshold;
    promise.threshold = std::nextafter(below, INFINITY);
    promise.precision = least;
    promise.accepted = accepted;
    promise.recall = positives > 0 ? static_cast<double>(right) / positives : 0;
  }
  if (!promise.threshold)
    promise.why = fmt::format("no threshold of {} held-out inputs keeps the precision at {:.3g} with a confidence of {:.3g}",
                              scores.size(), precision, confidence);
  return promise;
}

PromisedThreshold Report::threshold_for(const PrecisionAim& aim) const {
  check(aim.precision, aim.confidence);
  if (!predictions) return {.why = "there is no held-out part to promise anything from"};
  std::vector<float> scores;
  std::vector<std::uint8_t> truths;
  if (aim.concept_name.empty()) {
    predictions->top(scores, truths);
  } else {
    const auto& names = predictions->concepts;
    const auto found = std::find(names.begin(), names.end(), aim.concept_name);
    if (found == names.end()) {
      const std::string near = nearest_name(aim.concept_name, names);
      throw Error(ErrorCode::NotFound, "threshold_for",
                  fmt::format("there is no concept {}{}", in_quotes(aim.concept_name),
                              near.empty() ? "" : fmt::format("; nearest: {}", in_quotes(near))));
    }
    predictions->column(static_cast<std::size_t>(found - names.begin()), scores, truths);
  }
  return promised_threshold(scores, truths, aim.precision, aim.confidence);
}

}  // namespace workflow
