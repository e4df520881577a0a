#include "train/detection/target_boxes.h"

#include <fmt/format.h>

#include <cmath>

#include "base/in_quotes.h"

namespace workflow {
namespace {

bool is_of_numbers(const Box& box) {
  return std::isfinite(box.left) && std::isfinite(box.top) && std::isfinite(box.right) && std::isfinite(box.bottom);
}

std::string boxes_of(std::size_t count, const std::string& part) {
  return fmt::format("{} {} box{}", count, part, count == 1 ? "" : "es");
}

}  // namespace

std::vector<std::string> BoxFaults::told(const std::string& part) const {
  std::vector<std::string> lines;
  if (clipped > 0)
    lines.push_back(
        fmt::format("{} reached beyond the picture and {} clipped", boxes_of(clipped, part), clipped == 1 ? "was" : "were"));
  if (left_out > 0)
    lines.push_back(fmt::format("{} without an area on the picture {} left out, the first on {}", boxes_of(left_out, part),
                                left_out == 1 ? "was" : "were", in_quotes(first)));
  for (const auto& [name, count] : unknown)
    lines.push_back(fmt::format("{} of {}, which is not among the concepts to be found, {} left out", boxes_of(count, part),
                                in_quotes(name), count == 1 ? "was" : "were"));
  return lines;
}

TargetBoxes::TargetBoxes(const std::vector<std::string>& concepts) {
  for (const std::string& name : concepts) places_.emplace(name, static_cast<std::uint32_t>(places_.size()));
}

std::vector<TargetBox> TargetBoxes::operator()(const LabelledInput& input, BoxFaults* faults) const {
  std::vector<TargetBox> boxes;
  for (const LabelledBox& each : input.boxes) {
    const auto place = places_.find(each.concept_name);
    const Box box = is_of_numbers(each.box) ? each.box.clipped() : Box{0, 0, 0, 0};
    const bool has_area = box.right > box.left && box.bottom > box.top;
    if (place != places_.end() && has_area) boxes.push_back({box, place->second, each.is_difficult});
    if (!faults) continue;
    if (place == places_.end()) {
      ++faults->unknown[each.concept_name];
    } else if (!has_area) {
      if (faults->left_out++ == 0) faults->first = input.id;
    } else if (box != each.box) {
      ++faults->clipped;
    }
  }
  return boxes;
}

}  // namespace workflow
