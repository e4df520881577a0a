#include "train/detection/centre_maps.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace workflow {
namespace {

constexpr double share = 0.54;  // of a box that its bell covers, TTFNet's

// Cells from `first` up to, but not including, `last`, of those there are.
struct Cells {
  std::int64_t first = 0;
  std::int64_t last = 0;
};

Cells cells(double from, double to, std::int64_t count) {
  return {std::clamp<std::int64_t>(static_cast<std::int64_t>(std::ceil(from)), 0, count),
          std::clamp<std::int64_t>(static_cast<std::int64_t>(std::floor(to)) + 1, 0, count)};
}

// The cell next to a place, and how far a bell goes on both sides of it.
struct Bell {
  std::int64_t centre = 0;
  std::int64_t radius = 0;
  double deviation = 1;
  Cells reach = {};

  Bell(double from, double to, std::int64_t count) {
    centre = std::clamp<std::int64_t>(std::lround((from + to) / 2), 0, count - 1);
    radius = static_cast<std::int64_t>(share * (to - from) / 2);
    deviation = static_cast<double>(2 * radius + 1) / 6;
    reach = {std::max<std::int64_t>(centre - radius, 0), std::min(centre + radius + 1, count)};
  }
  double at(std::int64_t cell) const {
    const double away = static_cast<double>(cell - centre) / deviation;
    return std::exp(-away * away / 2);
  }
};

}  // namespace

CentreMaps centre_maps(std::span<const TargetBox> boxes, std::size_t labels, std::int64_t rows, std::int64_t columns) {
  const auto area = static_cast<std::size_t>(rows * columns);
  CentreMaps maps{.heat = std::vector<float>(labels * area, 0.0f),
                  .heat_counts = std::vector<float>(labels * area, 1.0f),
                  .boxes = std::vector<Box>(area, Box{0, 0, 0, 0}),
                  .box_weights = std::vector<float>(area, 0.0f)};
  const auto place = [&](std::int64_t row, std::int64_t column) { return static_cast<std::size_t>(row * columns + column); };
  const auto side = [](float edge, std::int64_t count) { return static_cast<double>(edge) * static_cast<double>(count); };
  // Large ones first, so that a small object keeps its cells on a large one.
  std::vector<std::size_t> order(boxes.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::greater{}, [&](std::size_t i) { return boxes[i].box.area(); });

  for (const std::size_t i : order) {
    if (!boxes[i].is_difficult) continue;
    const Cells x = cells(side(boxes[i].box.left, columns), side(boxes[i].box.right, columns), columns);
    const Cells y = cells(side(boxes[i].box.top, rows), side(boxes[i].box.bottom, rows), rows);
    for (std::int64_t row = y.first; row < y.last; ++row)
      for (std::int64_t column = x.first; column < x.last; ++column)
        maps.heat_counts[boxes[i].label * area + place(row, column)] = 0;
  }
  for (const std::size_t i : order) {
    const auto& [box, label, is_difficult] = boxes[i];
    if (is_difficult) continue;
    const Bell x(side(box.left, columns), side(box.right, columns), columns);
    const Bell y(side(box.top, rows), side(box.bottom, rows), rows);
    double sum = 0;
    for (std::int64_t row = y.reach.first; row < y.reach.last; ++row)
      for (std::int64_t column = x.reach.first; column < x.reach.last; ++column) sum += x.at(column) * y.at(row);
    for (std::int64_t row = y.reach.first; row < y.reach.last; ++row)
      for (std::int64_t column = x.reach.first; column < x.reach.last; ++column) {
        const double value = x.at(column) * y.at(row);
        const std::size_t at = place(row, column);
        float& heat = maps.heat[label * area + at];
        heat = std::max(heat, static_cast<float>(value));
        maps.boxes[at] = box;
        maps.box_weights[at] = static_cast<float>(value / sum);
      }
    maps.heat_counts[label * area + place(y.centre, x.centre)] = 1;
    ++maps.objects;
  }
  return maps;
}

}  // namespace workflow
