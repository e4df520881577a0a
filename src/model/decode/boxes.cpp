#include "model/decode/boxes.h"

#include <fmt/format.h>

#include <cmath>

#include "workflow/base/error.h"
#include "workflow/values/suppression.h"

namespace workflow {

float sigmoid(float x) { return 1.0f / (1.0f + std::exp(-x)); }

Box box_around(float x, float y, float width, float height) {
  return {x - width / 2, y - height / 2, x + width / 2, y + height / 2};
}

std::vector<RawRegion> tiny_yolo_regions(std::span<const float> cells, std::int64_t rows, std::int64_t columns,
                                         std::span<const Point> anchors, float threshold) {
  std::vector<RawRegion> regions;
  const float* cell = cells.data();
  for (std::int64_t row = 0; row < rows; ++row) {
    for (std::int64_t column = 0; column < columns; ++column) {
      for (const Point& anchor : anchors) {
        const float score = sigmoid(cell[4]);
        if (score > threshold)
          regions.push_back({box_around((static_cast<float>(column) + sigmoid(cell[0])) / static_cast<float>(columns),
                                        (static_cast<float>(row) + sigmoid(cell[1])) / static_cast<float>(rows),
                                        std::exp(cell[2]) * anchor.x / static_cast<float>(columns),
                                        std::exp(cell[3]) * anchor.y / static_cast<float>(rows)),
                             score});
        cell += 5;
      }
    }
  }
  return regions;
}

std::vector<RawRegion> yunet_regions(std::span<const float> cells, int width, int height, float threshold) {
  constexpr std::size_t length = 16;
  std::size_t wanted = 0;
  for (const int stride : {8, 16, 32}) wanted += length * static_cast<std::size_t>((width / stride) * (height / stride));
  if (cells.size() != wanted)
    throw Error(ErrorCode::InvalidModel, "yunet",
                fmt::format("wanted {} outputs for an input of {} x {}, got {}; its sides are multiples of 32", wanted,
                            width, height, cells.size()));
  std::vector<RawRegion> regions;
  const float* cell = cells.data();
  for (const int stride : {8, 16, 32}) {
    for (int row = 0; row < height / stride; ++row) {
      for (int column = 0; column < width / stride; ++column, cell += length) {
        const float score = sigmoid(cell[0]) * sigmoid(cell[1]);
        if (!(score > threshold)) continue;
        // All of a cell's offsets are in strides from its left upper corner.
        const float cell_width = static_cast<float>(stride) / static_cast<float>(width);
        const float cell_height = static_cast<float>(stride) / static_cast<float>(height);
        const auto x = [&](float offset) { return (static_cast<float>(column) + offset) * cell_width; };
        const auto y = [&](float offset) { return (static_cast<float>(row) + offset) * cell_height; };
        RawRegion region{box_around(x(cell[2]), y(cell[3]), std::exp(cell[4]) * cell_width, std::exp(cell[5]) * cell_height),
                         score};
        for (std::size_t k = 6; k < length; k += 2) region.points.push_back({x(cell[k]), y(cell[k + 1])});
        regions.push_back(std::move(region));
      }
    }
  }
  return regions;
}

std::vector<Region> finished_regions(const std::vector<RawRegion>& raw, const Suppression& suppression, const Box& landing,
                                     std::span<const std::string> labels) {
  std::vector<Region> regions;
  for (const RawRegion& each : raw) {
    Region region{on_image(each.box, landing), each.score, {{labels[each.label], each.score}}, {}};
    for (const Point& point : each.points) region.points.push_back(on_image(point, landing));
    regions.push_back(std::move(region));
  }
  std::vector<Region> finished;
  // Suppressed before they are clipped, as the references do it: clipping would change how much two boxes overlap.
  for (const std::size_t kept : suppress(regions, suppression.iou, suppression.by_concept)) {
    Region& region = regions[kept];
    region.box = region.box.clipped();
    if (region.box.left < region.box.right && region.box.top < region.box.bottom) finished.push_back(std::move(region));
  }
  return finished;
}

}  // namespace workflow
