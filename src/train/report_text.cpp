#include <fmt/format.h>

#include <algorithm>

#include "show/plain_text.h"
#include "train/detection_report.h"
#include "workflow/train/report.h"

namespace workflow {
namespace {

constexpr std::size_t most_lines = 30;

std::string share(const std::optional<double>& value) { return value ? fmt::format("{:.3f}", *value) : "-"; }

std::string name(const std::string& full) {
  const auto lines = plain_lines(full, 28, 1);
  return lines.empty() ? "" : lines.front();
}

std::string concept_lines(const std::vector<ConceptReport>& concepts) {
  std::string text = fmt::format("{:<28} {:>7} {:>8} {:>7} {:>7} {:>9} {:>7} {:>7}\n", "concept", "trained", "held out",
                                 "AUC", "AP", "precision", "recall", "F1");
  for (std::size_t i = 0; i < std::min(concepts.size(), most_lines); ++i) {
    const ConceptReport& each = concepts[i];
    const auto decided = [&](double value) { return each.positive > 0 ? fmt::format("{:.3f}", value) : "-"; };
    text += fmt::format("{:<28} {:>7} {:>8} {:>7} {:>7} {:>9} {:>7} {:>7}\n", name(each.name), each.trained_on,
                        each.positive, share(each.roc_auc), share(each.average_precision),
                        decided(each.decisions.precision()), decided(each.decisions.recall()), decided(each.decisions.f1()));
  }
  return text;
}

// Where nothing was held out that concepts are told of.
std::string example_lines(const std::vector<ConceptReport>& concepts) {
  std::string text = fmt::format("{:<28} {:>7}\n", "concept", "trained");
  for (std::size_t i = 0; i < std::min(concepts.size(), most_lines); ++i)
    text += fmt::format("{:<28} {:>7}\n", name(concepts[i].name), concepts[i].trained_on);
  return text;
}

}  // namespace

std::string Report::to_string() const {
  std::string text = fmt::format("{}: trained on {}, held out {}\n", model, trained_on, held_out);
  if (predictions)
    text += fmt::format("accuracy {}  ROC AUC {}  average precision {}  F1 {}  calibration error {}\n", share(accuracy),
                        share(roc_auc), share(average_precision), share(f1), share(calibration_error));
  if (retrieval)
    text += fmt::format("recall@1 {:.3f}  recall@5 {:.3f}  recall@10 {:.3f}  mAP@R {:.3f} of {} queries\n",
                        retrieval->recall_at_1, retrieval->recall_at_5, retrieval->recall_at_10, retrieval->map_at_r,
                        retrieval->queries);
  for (std::size_t i = 0; i < fold_accuracy.size(); ++i)
    text += fmt::format("{}{:.3f}", i == 0 ? "accuracy by fold: " : " ", fold_accuracy[i]) +
            (i + 1 == fold_accuracy.size() ? "\n" : "");
  text += detection ? detection_text(*detection) : predictions ? concept_lines(concepts) : example_lines(concepts);
  if (!detection && concepts.size() > most_lines)
    text += fmt::format("... and {} more concepts\n", concepts.size() - most_lines);
  std::size_t told = 0;
  for (const Confusion& cell : confusion) {
    if (cell.truth == cell.said || told == 5) continue;
    text += fmt::format("{} {} taken for {} (mean score {:.2f})\n", cell.count, name(concepts[cell.truth].name),
                        name(concepts[cell.said].name), cell.mean_score);
    ++told;
  }
  for (const std::string& note : notes) text += fmt::format("note: {}\n", note);
  for (std::size_t i = 0; i < std::min<std::size_t>(faults.size(), 5); ++i)
    text += fmt::format("not used: {}: {}\n", plain_text(faults[i].id), faults[i].why);
  if (faults.size() > 5) text += fmt::format("not used: {} more\n", faults.size() - 5);
  if (seconds_embedding > 0)
    text += fmt::format("embedding {:.2f} s ({:.0f} a second, the trunk ran for {}), ", seconds_embedding, items_per_second,
                        computed);
  text += fmt::format("training {:.2f} s in {} epochs", seconds_training, epochs.size());
  if (seconds_embedding == 0) text += fmt::format(" ({:.0f} inputs a second)", items_per_second);
  text += fmt::format(", peak memory {} MB", peak_memory >> 20U);
  return text;
}

}  // namespace workflow
