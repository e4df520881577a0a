#include "train/head_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "train/evaluate.h"
#include "train/worst_examples.h"

namespace workflow {
namespace {

// Held-out scores that are kept at most: beyond that, figures come from the first inputs that fit.
constexpr std::size_t most_scores = std::size_t{1} << 26U;

// What the model says of the held-out rows, as it will say it when it is run.
std::shared_ptr<const Predictions> predictions_of(const Head& head, const HeadData& data, const Dataset& held_out,
                                                  std::vector<std::string>& notes) {
  auto predictions = std::make_shared<Predictions>();
  predictions->concepts = data.concepts;
  const std::size_t width = data.concepts.size();
  std::size_t count = data.held_out.targets.rows.size();
  if (count > most_scores / width) {
    notes.push_back(fmt::format("the figures are those of the first {} of {} held-out inputs", most_scores / width, count));
    count = most_scores / width;
  }
  predictions->scores.resize(count * width);
  predictions->truths.resize(count * width);
  for (std::size_t row = 0; row < count; ++row) {
    predictions->ids.push_back(held_out[data.held_out.places[row]].id);
    const auto scores = std::span(predictions->scores).subspan(row * width, width);
    head(std::span(data.held_out.values).subspan(row * data.length, data.length), scores);
    if (data.held_out.targets.exclusive) {
      const float most = *std::max_element(scores.begin(), scores.end());
      float sum = 0;
      for (float& score : scores) sum += score = std::exp(score - most);
      for (float& score : scores) score /= sum;
    } else {
      for (float& score : scores) score = 1 / (1 + std::exp(-score));
    }
    for (std::size_t each = 0; each < width; ++each)
      predictions->truths[row * width + each] = static_cast<std::int8_t>(data.held_out.targets.of(row, each));
  }
  return predictions;
}

}  // namespace

void measure(Report& report, const Head& head, const HeadData& data, const Dataset& held_out) {
  evaluate(report, predictions_of(head, data, held_out, report.notes));
  show_worst(report, held_out, data.held_out.places);
}

}  // namespace workflow
