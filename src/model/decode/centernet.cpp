#include "model/decode/centernet.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "workflow/base/error.h"

namespace workflow {
namespace {

constexpr std::size_t most_centres = 100;

// A map with its size, which tells a cell's neighbours.
struct HeatMap {
  std::span<const float> cells;
  std::int64_t rows = 0;
  std::int64_t columns = 0;

  float at(std::int64_t row, std::int64_t column) const { return cells[static_cast<std::size_t>(row * columns + column)]; }

  bool is_peak(std::int64_t row, std::int64_t column) const {
    const float value = at(row, column);
    for (std::int64_t y = std::max<std::int64_t>(row - 1, 0); y <= std::min(row + 1, rows - 1); ++y)
      for (std::int64_t x = std::max<std::int64_t>(column - 1, 0); x <= std::min(column + 1, columns - 1); ++x)
        if (at(y, x) > value) return false;
    return true;
  }
};

}  // namespace

std::vector<RawRegion> centernet_regions(std::span<const Output> outputs, std::size_t item, int width, int height,
                                         float threshold) {
  if (outputs.size() != 2 || outputs[0].shape.size() != 4 || outputs[1].shape.size() != 4 || outputs[1].shape[1] != 4 ||
      outputs[0].shape[2] != outputs[1].shape[2] || outputs[0].shape[3] != outputs[1].shape[3])
    throw Error(ErrorCode::InvalidModel, "centernet", "wanted heat maps and maps of four distances of one size");
  const std::int64_t classes = outputs[0].shape[1], rows = outputs[0].shape[2], columns = outputs[0].shape[3];
  const auto area = static_cast<std::size_t>(rows * columns);
  const std::span<const float> heat = outputs[0].row(item), distances = outputs[1].row(item);
  // Compared before the sigmoid: nearly all cells end here.
  const float least = std::log(threshold / (1 - threshold));
  std::vector<RawRegion> regions;
  for (std::size_t label = 0; label < static_cast<std::size_t>(classes); ++label) {
    const HeatMap map{heat.subspan(label * area, area), rows, columns};
    for (std::size_t cell = 0; cell < area; ++cell) {
      if (!(map.cells[cell] > least)) continue;
      const auto row = static_cast<std::int64_t>(cell) / columns, column = static_cast<std::int64_t>(cell) % columns;
      if (!map.is_peak(row, column)) continue;
      const auto distance = [&](std::size_t side) { return distances[side * area + cell]; };
      const float x = static_cast<float>(column) / static_cast<float>(columns);
      const float y = static_cast<float>(row) / static_cast<float>(rows);
      const float w = static_cast<float>(width), h = static_cast<float>(height);
      regions.push_back({{x - distance(0) / w, y - distance(1) / h, x + distance(2) / w, y + distance(3) / h},
                         sigmoid(map.cells[cell]),
                         label});
    }
  }
  std::ranges::stable_sort(regions, std::greater{}, &RawRegion::score);
  if (regions.size() > most_centres) regions.resize(most_centres);
  return regions;
}

}  // namespace workflow
