#include "train/detection/locations.h"

#include <algorithm>
#include <cmath>

namespace workflow {

std::vector<LocationTarget> match_anchors(std::span<const Box> anchors, std::span<const TargetBox> boxes) {
  constexpr float found = 0.5f, unclear = 0.4f;
  std::vector<LocationTarget> targets(anchors.size());
  std::vector<float> most(anchors.size(), 0);
  for (const TargetBox& each : boxes) {
    std::size_t best = anchors.size();
    float best_overlap = 0;
    for (std::size_t i = 0; i < anchors.size(); ++i) {
      const float overlap = iou(anchors[i], each.box);
      if (overlap > best_overlap) best_overlap = overlap, best = i;
      if (overlap < unclear || overlap <= most[i]) continue;
      most[i] = overlap;
      if (each.is_difficult || overlap < found)
        targets[i] = {LocationTarget::ignored, {0, 0, 0, 0}};
      else
        targets[i] = {static_cast<std::int32_t>(each.label), each.box};
    }
    if (each.is_difficult || best == anchors.size()) continue;
    // What is the best for a box stays with it, also where another overlaps it more.
    targets[best] = {static_cast<std::int32_t>(each.label), each.box};
    most[best] = 2;
  }
  return targets;
}

std::vector<FcosLevel> fcos_levels(std::int64_t height, std::int64_t width) {
  std::vector<FcosLevel> levels;
  std::int64_t rows = (height + 7) / 8, columns = (width + 7) / 8;
  for (const float most : {64.0f, 128.0f, 256.0f, 512.0f, 1e8f}) {
    levels.push_back({.rows = rows,
                      .columns = columns,
                      .stride = levels.empty() ? 8 : 2 * levels.back().stride,
                      .least = levels.empty() ? 0 : levels.back().most,
                      .most = most});
    rows = (rows + 1) / 2, columns = (columns + 1) / 2;
  }
  return levels;
}

std::vector<LocationTarget> assign_locations(std::span<const FcosLevel> levels, std::span<const TargetBox> boxes,
                                             std::int64_t height, std::int64_t width) {
  constexpr float radius = 1.5f;  // strides
  const auto w = static_cast<float>(width), h = static_cast<float>(height);
  std::vector<LocationTarget> targets;
  for (const FcosLevel& level : levels) {
    const auto stride = static_cast<float>(level.stride);
    for (std::int64_t row = 0; row < level.rows; ++row)
      for (std::int64_t column = 0; column < level.columns; ++column) {
        const float x = (static_cast<float>(column) + 0.5f) * stride, y = (static_cast<float>(row) + 0.5f) * stride;
        LocationTarget target;
        float smallest = std::numeric_limits<float>::infinity();
        for (const TargetBox& each : boxes) {
          const Box& box = each.box;
          const float left = x - box.left * w, top = y - box.top * h, right = box.right * w - x, bottom = box.bottom * h - y;
          if (std::min({left, top, right, bottom}) <= 0) continue;
          if (each.is_difficult) {
            if (target.label == LocationTarget::nothing) target.label = LocationTarget::ignored;
            continue;
          }
          const Point centre = box.centre();
          if (std::max(std::abs(x - centre.x * w), std::abs(y - centre.y * h)) > radius * stride) continue;
          const float reach = std::max({left, top, right, bottom});
          if (reach < level.least || reach > level.most || box.area() >= smallest) continue;
          smallest = box.area();
          target = {static_cast<std::int32_t>(each.label), box};
        }
        targets.push_back(target);
      }
  }
  return targets;
}

float centreness(const Point& location, const Box& box) {
  const float left = location.x - box.left, right = box.right - location.x;
  const float top = location.y - box.top, bottom = box.bottom - location.y;
  if (std::min({left, right, top, bottom}) <= 0) return 0;
  return std::sqrt(std::min(left, right) / std::max(left, right) * std::min(top, bottom) / std::max(top, bottom));
}

}  // namespace workflow
