#include "train/report_card.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace workflow {

std::string card_of(const Report& report, const ModelSpec& spec) {
  std::string names;
  for (std::size_t i = 0; i < report.concepts.size() && i < 100; ++i)
    names += fmt::format("{}`{}`", i > 0 ? ", " : "", report.concepts[i].name);
  if (report.concepts.size() > 100) names += fmt::format(" and {} more", report.concepts.size() - 100);
  std::string card = fmt::format("# {}\n\n**Purpose.** {}.\n**Architecture.** {}.\n**Training data.** {}.\n", spec.id,
                                 spec.description, report.model, spec.trained_on);
  card += fmt::format("**Settings.** `{}`\n", report.settings.dump());
  if (report.accuracy)
    card += fmt::format(
        "**Quality.** On {} held-out {}s: accuracy {:.4f}, ROC AUC {:.4f}, average precision {:.4f}, F1 {:.4f}, "
        "calibration error {:.4f}.\n",
        report.held_out, spec.input, *report.accuracy, report.roc_auc.value_or(0), report.average_precision.value_or(0),
        report.f1.value_or(0), report.calibration_error.value_or(0));
  else if (report.detection && report.detection->map)
    card += fmt::format("**Quality.** On {} held-out images, as COCO measures it: mAP {:.4f}, at an IoU of 0.50 {:.4f}.\n",
                        report.held_out, *report.detection->map, *report.detection->map_50);
  else if (report.retrieval)
    card += fmt::format(
        "**Quality.** The nearest of {} held-out {}s to each of them: recall@1 {:.4f}, recall@5 {:.4f}, recall@10 {:.4f}, "
        "mAP@R {:.4f}.\n",
        report.retrieval->queries, spec.input, report.retrieval->recall_at_1, report.retrieval->recall_at_5,
        report.retrieval->recall_at_10, report.retrieval->map_at_r);
  else
    card += "**Quality.** Not measured: nothing was held out.\n";
  card += "**Limits.** It knows what it was trained on, and gives a score for everything else too.\n";
  for (const std::string& note : report.notes) card += fmt::format("**Note.** {}.\n", note);
  return card + fmt::format("**Taxonomy.** {}.\n", names);
}

}  // namespace workflow
