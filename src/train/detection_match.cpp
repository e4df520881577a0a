#include "train/detection_match.h"

#include <algorithm>
#include <functional>

namespace workflow {
namespace {

double overlap_of(const PixelBox& found, const PictureBoxes::There& there) {
  const PixelBox& box = there.box;
  const double width = std::min(found.right, box.right) - std::max(found.left, box.left);
  const double height = std::min(found.bottom, box.bottom) - std::max(found.top, box.top);
  if (width <= 0 || height <= 0) return 0;
  const double shared = width * height;
  return shared / (there.is_crowd ? found.area() : found.area() + box.area() - shared);
}

bool is_within(double area, const AreaRange& areas) { return area >= areas.least && area <= areas.most; }

}  // namespace

void match(const PictureBoxes& boxes, const AreaRange& areas, double overlap, Matches& matches) {
  // Boxes that count first: COCO lets one that does not count be taken only where none that does will do.
  std::vector<const PictureBoxes::There*> there;
  for (const auto& each : boxes.there)
    if (!each.is_crowd && is_within(each.box.area(), areas)) there.push_back(&each);
  const std::size_t counting = there.size();
  for (const auto& each : boxes.there)
    if (each.is_crowd || !is_within(each.box.area(), areas)) there.push_back(&each);
  matches.there += counting;

  std::vector<char> is_taken(there.size(), 0);
  for (const auto& found : boxes.found) {
    std::size_t best = there.size();
    double most = overlap;
    for (std::size_t i = 0; i < there.size(); ++i) {
      if (is_taken[i] && !there[i]->is_crowd) continue;
      if (i >= counting && best < counting) break;
      const double shared = overlap_of(found.box, *there[i]);
      if (shared < most) continue;
      most = shared;
      best = i;
    }
    if (best < there.size()) {
      is_taken[best] = 1;
      if (best < counting) matches.found.push_back({found.score, true});
    } else if (is_within(found.box.area(), areas)) {
      matches.found.push_back({found.score, false});
    }
  }
}

std::optional<double> interpolated_precision(Matches matches) {
  if (matches.there == 0) return std::nullopt;
  std::ranges::stable_sort(matches.found, std::greater{}, &Verdicted::score);
  std::vector<double> precision, recall;
  std::size_t right = 0;
  for (const Verdicted& each : matches.found) {
    right += each.is_right;
    precision.push_back(static_cast<double>(right) / static_cast<double>(precision.size() + 1));
    recall.push_back(static_cast<double>(right) / static_cast<double>(matches.there));
  }
  for (std::size_t i = precision.size(); i-- > 1;) precision[i - 1] = std::max(precision[i - 1], precision[i]);
  constexpr int recalls = 101;
  double sum = 0;
  for (int i = 0; i < recalls; ++i) {
    // As numpy's linspace rounds them: a recall of 29 in 100 is below the 30th of them.
    const auto at = std::ranges::lower_bound(recall, i + 1 == recalls ? 1.0 : i * 0.01);
    if (at != recall.end()) sum += precision[static_cast<std::size_t>(at - recall.begin())];
  }
  return sum / recalls;
}

}  // namespace workflow
