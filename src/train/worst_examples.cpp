#include "train/worst_examples.h"

#include <algorithm>

#include "train/evaluate.h"

namespace workflow {

Image small_picture(const LabelledInput& input) {
  const Image whole = image_of(input);
  const double factor = std::min(1.0, 160.0 / std::max(whole.width(), whole.height()));
  const auto side = [&](int pixels) { return std::max(1, static_cast<int>(pixels * factor + 0.5)); };
  return resized(whole, side(whole.width()), side(whole.height()));
}

void show_worst(Report& report, const Dataset& held_out, std::span<const std::uint32_t> places) {
  const Predictions& predictions = *report.predictions;
  for (const WorstRow& row : worst_rows(predictions, report.exclusive, most_worst_examples)) {
    const LabelledInput& input = held_out[places[row.row]];
    const std::size_t at = row.row * predictions.concepts.size() + row.said;
    WorstExample example{.id = input.id, .truth = {}, .said = predictions.concepts[row.said], .score = 0};
    for (const std::string& name : input.positive) example.truth += (example.truth.empty() ? "" : ", ") + name;
    example.score = static_cast<double>(predictions.scores[at]);
    const bool is_missed = predictions.truths[at] == 1;
    if (is_missed) example.said = "not " + example.said;
    if (const Text* text = std::get_if<Text>(&input.input))
      example.text = text->text.substr(0, 300);
    else
      example.picture = small_picture(input);
    report.worst.push_back(std::move(example));
  }
}

}  // namespace workflow
