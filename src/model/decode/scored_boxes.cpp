#include "model/decode/scored_boxes.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "workflow/base/error.h"

namespace workflow {
namespace {

constexpr std::size_t most_boxes = 400;

void keep_the_best(std::vector<RawRegion>& regions) {
  std::ranges::stable_sort(regions, std::greater{}, &RawRegion::score);
  if (regions.size() > most_boxes) regions.resize(most_boxes);
}

}  // namespace

std::vector<RawRegion> scored_boxes(std::span<const Output> outputs, std::size_t item, const ScoredBoxesSettings& settings,
                                    float threshold) {
  if (outputs.size() != 2 || outputs[0].shape.size() != 3 || outputs[1].shape.size() != 3 || outputs[0].shape[2] != 4 ||
      outputs[0].shape[1] != outputs[1].shape[1] || outputs[1].shape[2] < (settings.background ? 2 : 1))
    throw Error(ErrorCode::InvalidModel, "boxes", "wanted two outputs of the net: boxes, and scores for each of them");
  const auto labels = static_cast<std::size_t>(outputs[1].shape[2]);
  const auto boxes = outputs[0].row(item), scores = outputs[1].row(item);
  const bool is_softmax = settings.scores == Scores::Softmax;
  // Compared before the sigmoid: nearly all scores end here.
  const float least = std::log(threshold / (1 - threshold));
  std::vector<RawRegion> regions;
  for (std::size_t i = 0; i * labels < scores.size(); ++i) {
    const auto row = scores.subspan(i * labels, labels);
    const float most = *std::ranges::max_element(row);
    float sum = 0;
    if (is_softmax)
      for (const float score : row) sum += std::exp(score - most);
    for (std::size_t k = settings.background ? 1 : 0; k < labels; ++k) {
      if (!is_softmax && !(row[k] > least)) continue;
      const float score = is_softmax ? std::exp(row[k] - most) / sum : sigmoid(row[k]);
      if (!(score > threshold)) continue;
      const float* box = &boxes[i * 4];
      regions.push_back({{box[0], box[1], box[2], box[3]}, score, settings.background ? k - 1 : k});
    }
  }
  keep_the_best(regions);
  return regions;
}

std::vector<RawRegion> fastestdet_regions(const Output& output, std::size_t item, float threshold) {
  if (output.shape.size() != 4 || output.shape[1] < 6)
    throw Error(ErrorCode::InvalidModel, "fastestdet", "wanted one output of the net, 5 maps and one for each label");
  const auto labels = static_cast<std::size_t>(output.shape[1]) - 5;
  const auto rows = static_cast<std::size_t>(output.shape[2]), columns = static_cast<std::size_t>(output.shape[3]);
  const auto values = output.row(item);
  std::vector<RawRegion> regions;
  for (std::size_t cell = 0; cell < rows * columns; ++cell) {
    const auto map = [&](std::size_t k) { return values[k * rows * columns + cell]; };
    std::size_t best = 0;
    for (std::size_t k = 1; k < labels; ++k)
      if (map(5 + k) > map(5 + best)) best = k;
    const float score = std::pow(map(0), 0.6f) * std::pow(map(5 + best), 0.4f);
    if (!(score > threshold)) continue;
    const float x = (static_cast<float>(cell % columns) + std::tanh(map(1))) / static_cast<float>(columns);
    const float y = (static_cast<float>(cell / columns) + std::tanh(map(2))) / static_cast<float>(rows);
    regions.push_back({box_around(x, y, sigmoid(map(3)), sigmoid(map(4))), score, best});
  }
  keep_the_best(regions);
  return regions;
}

}  // namespace workflow
