#include "train/libtorch/deep/trained_model.h"

#include <fmt/format.h>

#include "model/loaded_model.h"
#include "train/report_card.h"
#include "workflow/base/error.h"
#include "workflow/model/classifier.h"
#include "workflow/model/detector.h"
#include "workflow/model/embedder.h"

namespace workflow {
namespace {

Model model_of(ModelDirectory directory, const Device& device) {
  const std::string output = directory.spec.output;
  auto loaded = std::make_shared<const LoadedModel>(std::move(directory));
  if (output == "regions") return Detector(std::move(loaded), device);
  if (output == "embedding") return Embedder(std::move(loaded), device);
  return Classifier(std::move(loaded), device);
}

}  // namespace

Trained trained_model(const DeepTask& task, const DeepTraining& training, Report report) {
  ModelDirectory model = task.model();
  ModelSpec& spec = model.spec;
  const std::string& name = training.shape.name();
  spec.id = name.substr(name.find('/') + 1);
  spec.source = "trained with Trainer::deep as " + name;
  spec.trained_on = fmt::format("{} {}s of one's own", report.trained_on, spec.input);
  spec.trained_by = "workflow";
  if (report.accuracy) spec.metrics["accuracy"] = *report.accuracy;
  if (report.roc_auc) spec.metrics["roc_auc"] = *report.roc_auc;
  if (report.detection && report.detection->map) {
    spec.metrics["mAP"] = *report.detection->map;
    spec.metrics["mAP50"] = *report.detection->map_50;
  }
  for (auto last = report.epochs.rbegin(); last != report.epochs.rend(); ++last)
    if (last->value && !spec.metrics.contains(last->metric)) spec.metrics[last->metric] = *last->value;
  model.card = card_of(report, spec);
  return {model_of(std::move(model), training.options.device), std::move(report)};
}

}  // namespace workflow
