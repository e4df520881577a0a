#include "train/evaluate.h"

#include <algorithm>
#include <map>

namespace workflow {
namespace {

std::size_t top_of(const Predictions& predictions, std::size_t row) {
  const std::size_t width = predictions.concepts.size();
  const float* scores = predictions.scores.data() + row * width;
  return static_cast<std::size_t>(std::max_element(scores, scores + width) - scores);
}

int truth_of(const Predictions& predictions, std::size_t row, std::size_t each) {
  return predictions.truths[row * predictions.concepts.size() + each];
}

// The one concept that a row is known to show; none where it shows several, or an unknown one.
std::optional<std::size_t> only_truth(const Predictions& predictions, std::size_t row) {
  std::optional<std::size_t> found;
  for (std::size_t each = 0; each < predictions.concepts.size(); ++each) {
    if (truth_of(predictions, row, each) != 1) continue;
    if (found) return std::nullopt;
    found = each;
  }
  return found;
}

// A concept is said where its score is best, or where it stands on its own and is likelier than not.
Decisions decisions_of(const Predictions& predictions, const std::vector<std::size_t>& tops, std::size_t each,
                       bool exclusive) {
  Decisions decisions;
  for (std::size_t row = 0; row < tops.size(); ++row) {
    const int truth = truth_of(predictions, row, each);
    if (truth < 0) continue;
    const bool is_said =
        exclusive ? tops[row] == each : predictions.scores[row * predictions.concepts.size() + each] >= 0.5f;
    if (is_said)
      ++(truth == 1 ? decisions.true_positives : decisions.false_positives);
    else
      ++(truth == 1 ? decisions.false_negatives : decisions.true_negatives);
  }
  return decisions;
}

std::vector<Confusion> confusion_of(const Predictions& predictions, const std::vector<std::size_t>& tops) {
  std::map<std::pair<std::size_t, std::size_t>, Confusion> cells;
  for (std::size_t row = 0; row < tops.size(); ++row) {
    const auto truth = only_truth(predictions, row);
    if (!truth) continue;
    Confusion& cell = cells.try_emplace({*truth, tops[row]}, Confusion{*truth, tops[row], 0, 0}).first->second;
    ++cell.count;
    cell.mean_score += static_cast<double>(predictions.scores[row * predictions.concepts.size() + tops[row]]);
  }
  std::vector<Confusion> list;
  for (auto& [places, cell] : cells) {
    cell.mean_score /= static_cast<double>(cell.count);
    list.push_back(cell);
  }
  std::stable_sort(list.begin(), list.end(), [](const Confusion& a, const Confusion& b) { return a.count > b.count; });
  return list;
}

std::vector<CoOccurrence> co_occurrence_of(const Predictions& predictions) {
  std::map<std::pair<std::size_t, std::size_t>, std::size_t> pairs;
  const std::size_t width = predictions.concepts.size();
  for (std::size_t row = 0; row < predictions.ids.size(); ++row) {
    std::vector<std::size_t> shown;
    for (std::size_t each = 0; each < width; ++each)
      if (truth_of(predictions, row, each) == 1) shown.push_back(each);
    for (std::size_t a = 0; a < shown.size(); ++a)
      for (std::size_t b = a + 1; b < shown.size(); ++b) ++pairs[{shown[a], shown[b]}];
  }
  std::vector<CoOccurrence> list;
  for (const auto& [places, count] : pairs) list.push_back({places.first, places.second, count});
  std::stable_sort(list.begin(), list.end(), [](const CoOccurrence& a, const CoOccurrence& b) { return a.count > b.count; });
  return list;
}

template <class Get>
std::optional<double> mean_over(const std::vector<ConceptReport>& concepts, Get&& get) {
  double sum = 0;
  std::size_t count = 0;
  for (const ConceptReport& each : concepts)
    if (const std::optional<double> value = get(each)) sum += *value, ++count;
  return count == 0 ? std::nullopt : std::optional(sum / static_cast<double>(count));
}

}  // namespace

void Predictions::column(std::size_t concept_index, std::vector<float>& scores_of,
                         std::vector<std::uint8_t>& truths_of) const {
  scores_of.clear();
  truths_of.clear();
  for (std::size_t at = concept_index; at < scores.size(); at += concepts.size()) {
    if (truths[at] < 0) continue;
    scores_of.push_back(scores[at]);
    truths_of.push_back(truths[at] == 1 ? 1 : 0);
  }
}

void Predictions::top(std::vector<float>& scores_of, std::vector<std::uint8_t>& truths_of) const {
  scores_of.clear();
  truths_of.clear();
  for (std::size_t row = 0; row < ids.size(); ++row) {
    const std::size_t at = row * concepts.size() + top_of(*this, row);
    if (truths[at] < 0) continue;
    scores_of.push_back(scores[at]);
    truths_of.push_back(truths[at] == 1 ? 1 : 0);
  }
}

void evaluate(Report& report, std::shared_ptr<const Predictions> predictions) {
  std::vector<std::size_t> tops;
  for (std::size_t row = 0; row < predictions->ids.size(); ++row) tops.push_back(top_of(*predictions, row));
  std::vector<float> scores, all_scores;
  std::vector<std::uint8_t> truths, all_truths;
  for (std::size_t each = 0; each < report.concepts.size(); ++each) {
    ConceptReport& line = report.concepts[each];
    predictions->column(each, scores, truths);
    line.positive = static_cast<std::size_t>(std::count(truths.begin(), truths.end(), 1));
    line.negative = truths.size() - line.positive;
    line.roc_auc = roc_auc(scores, truths);
    line.average_precision = average_precision(scores, truths);
    line.decisions = decisions_of(*predictions, tops, each, report.exclusive);
    if (!report.exclusive) {
      all_scores.insert(all_scores.end(), scores.begin(), scores.end());
      all_truths.insert(all_truths.end(), truths.begin(), truths.end());
    }
  }
  report.roc_auc = mean_over(report.concepts, [](const ConceptReport& each) { return each.roc_auc; });
  report.average_precision = mean_over(report.concepts, [](const ConceptReport& each) { return each.average_precision; });
  report.f1 = mean_over(report.concepts, [](const ConceptReport& each) {
    return each.positive > 0 ? std::optional(each.decisions.f1()) : std::nullopt;
  });
  predictions->top(scores, truths);
  if (!truths.empty())
    report.accuracy = static_cast<double>(std::count(truths.begin(), truths.end(), 1)) / static_cast<double>(truths.size());
  report.reliability = report.exclusive ? reliability(scores, truths) : reliability(all_scores, all_truths);
  if (!report.reliability.empty()) report.calibration_error = expected_calibration_error(report.reliability);
  if (report.exclusive)
    report.confusion = confusion_of(*predictions, tops);
  else
    report.co_occurrence = co_occurrence_of(*predictions);
  report.predictions = std::move(predictions);
}

std::vector<WorstRow> worst_rows(const Predictions& predictions, bool exclusive, std::size_t most) {
  std::vector<WorstRow> rows;
  const std::size_t width = predictions.concepts.size();
  for (std::size_t row = 0; row < predictions.ids.size(); ++row) {
    WorstRow worst{row, 0, 0};
    for (std::size_t each = 0; each < width; ++each) {
      const int truth = truth_of(predictions, row, each);
      if (truth < 0) continue;
      const double score = static_cast<double>(predictions.scores[row * width + each]);
      // Of exclusive concepts only what was said counts, as what was not said is wrong by the same amount.
      const double wrong = truth == 0 ? score : exclusive ? 0 : 1 - score;
      if (wrong > worst.wrongness) worst = {row, each, wrong};
    }
    const bool is_mistake = exclusive ? truth_of(predictions, row, top_of(predictions, row)) == 0 : worst.wrongness > 0.5;
    if (is_mistake) rows.push_back(worst);
  }
  std::stable_sort(rows.begin(), rows.end(), [](const WorstRow& a, const WorstRow& b) { return a.wrongness > b.wrongness; });
  if (rows.size() > most) rows.resize(most);
  return rows;
}

}  // namespace workflow
