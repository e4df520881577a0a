#include <filesystem>
#include <set>

#include "workflow/train/dataset.h"

namespace workflow {
namespace {

constexpr float holds_from = 0.5f;

// What a person's decision says of each concept.
void label(const Annotation& annotation, LabelledInput& input) {
  std::set<std::string> positive, negative;
  const bool is_denied = annotation.status == Status::ReviewDenied;
  for (const Concept& each : annotation.concepts) {
    const bool was_said = each.score >= holds_from;
    // Of what was rejected it is known that it does not hold, and nothing of the rest.
    if (is_denied && was_said) negative.insert(each.name);
    if (!is_denied) (was_said ? positive : negative).insert(each.name);
  }
  if (annotation.model_concepts)
    for (const Concept& each : *annotation.model_concepts)
      if (each.score >= holds_from && !positive.contains(each.name)) negative.insert(each.name);
  input.positive.assign(positive.begin(), positive.end());
  input.negative.assign(negative.begin(), negative.end());
}

}  // namespace

Dataset Dataset::from(const App& app, const AppLabels& labels, const DatasetOptions& options) {
  const auto input_of = [&](const Annotation& annotation) -> decltype(LabelledInput::input) {
    if (labels.input) return labels.input(annotation);
    return ImageFile{(std::filesystem::path(labels.folder) / annotation.input_id).string(), annotation.region};
  };
  AnnotationQuery query{.reviewed = true};
  if (!labels.task.empty()) query.task = labels.task;
  std::vector<LabelledInput> inputs;
  // Page by page, so that what is in memory beside the data set is bounded.
  for (;;) {
    const auto page = app.annotations(query);
    if (page.empty()) break;
    for (const Annotation& annotation : page) {
      if (annotation.status != Status::Success && annotation.status != Status::ReviewDenied) continue;
      LabelledInput input{.id = annotation.input_id, .input = input_of(annotation), .group = annotation.input_id};
      label(annotation, input);
      inputs.push_back(std::move(input));
    }
    query.after = page.back().id;
  }
  return made(std::move(inputs), {}, options, "Dataset::from");
}

}  // namespace workflow
