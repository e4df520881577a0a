#include "train/libtorch/detection/detection_measure.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "train/detection/target_boxes.h"
#include "train/worst_examples.h"

namespace workflow {

DetectionMeasure::DetectionMeasure(std::vector<std::string> concepts, std::shared_ptr<const RegionDecoder> decode)
    : concepts_(std::move(concepts)), decode_(std::move(decode)), meter_(concepts_) {}

void DetectionMeasure::add(const std::vector<torch::Tensor>& tensors, std::span<const Example> batch) {
  std::vector<Output> outputs;
  for (const torch::Tensor& tensor : tensors) {
    const auto values = tensor.contiguous();
    outputs.push_back({{values.data_ptr<float>(), values.data_ptr<float>() + values.numel()}, values.sizes().vec()});
  }
  for (std::size_t i = 0; i < batch.size(); ++i) {
    std::vector<LabelledBox> boxes;
    for (const TargetBox& each : batch[i].boxes) boxes.push_back({each.box, concepts_[each.label], each.is_difficult});
    const Box stretched = {0, 0, 1, 1};
    const auto found = (*decode_)(outputs, i, stretched);
    meter_.add(found, boxes, batch[i].width, batch[i].height);
    pictures_.push_back(mistakes_on(batch[i], found));
  }
}

DetectionMeasure::Mistakes DetectionMeasure::mistakes_on(const Example& example, std::span<const Region> found) const {
  constexpr float sure = 0.3f, overlaps = 0.5f;
  Mistakes mistakes{.place = example.place};
  std::vector<bool> is_taken(example.boxes.size(), false);
  for (const Region& region : found) {  // the surest first
    if (region.score < sure) break;
    std::size_t best = example.boxes.size();
    float most = overlaps;
    for (std::size_t i = 0; i < example.boxes.size(); ++i) {
      const TargetBox& box = example.boxes[i];
      if (concepts_[box.label] != region.concepts.top().name || (is_taken[i] && !box.is_difficult)) continue;
      if (const float overlap = iou(region.box, box.box); overlap >= most) most = overlap, best = i;
    }
    if (best < example.boxes.size()) {
      is_taken[best] = true;
    } else {
      ++mistakes.made_up;
      mistakes.score = std::max(mistakes.score, region.score);
    }
  }
  for (std::size_t i = 0; i < example.boxes.size(); ++i) {
    if (example.boxes[i].is_difficult) continue;
    ++mistakes.there;
    mistakes.missed += !is_taken[i];
  }
  return mistakes;
}

Measured DetectionMeasure::measured() { return {{}, "mAP50", meter_.quality().map_50.value_or(0)}; }

void DetectionMeasure::tell(Report& report, const Dataset& held_out) {
  report.held_out = pictures_.size();
  report.exclusive = false;
  report.detection = meter_.quality();
  BoxFaults faults;
  const TargetBoxes boxes_of(concepts_);
  for (std::size_t i = 0; i < held_out.size(); ++i) boxes_of(held_out[i], &faults);
  for (std::string& line : faults.told("held-out")) report.notes.push_back(std::move(line));
  if (!report.detection->map)
    report.notes.push_back("no held-out picture has a box, so how well they are found could not be measured");
  std::vector<Mistakes> worst = pictures_;
  std::erase_if(worst, [](const Mistakes& each) { return each.missed + each.made_up == 0; });
  std::ranges::stable_sort(worst, std::greater{}, [](const Mistakes& each) { return each.missed + each.made_up; });
  if (worst.size() > most_worst_examples) worst.resize(most_worst_examples);
  for (const Mistakes& each : worst)
    report.worst.push_back({.id = held_out[each.place].id,
                            .truth = fmt::format("{} boxes", each.there),
                            .said = fmt::format("{} of them missed, {} made up", each.missed, each.made_up),
                            .score = static_cast<double>(each.score),
                            .picture = small_picture(held_out[each.place])});
}

}  // namespace workflow
