#pragma once

#include <span>
#include <vector>

#include "model/session.h"
#include "workflow/values/region.h"

namespace workflow {

/// A box that a net gave, before suppression: relative to the net's input.
struct RawRegion {
  Box box;
  float score = 0;
  std::vector<Point> points = {};
};

/// Reads tiny YOLO's cells: `cells` is rows x columns x anchors x 5 (x, y, width, height, objectness, all raw), the anchors
/// are width and height in cells. (YOLO9000, Redmon and Farhadi 2016, without classes.)
std::vector<RawRegion> tiny_yolo_regions(std::span<const float> cells, std::int64_t rows, std::int64_t columns,
                                         std::span<const Point> anchors, float threshold);

/// Reads YuNet's cells: 16 values each, raw, for an input of `width` x `height` pixels (multiples of 32).
/// Throws Error (InvalidModel) where their number does not fit that size.
std::vector<RawRegion> yunet_regions(std::span<const float> cells, int width, int height, float threshold);

/// Suppresses, brings onto the image, clips; regions that lie off the image go.
std::vector<Region> finished_regions(std::vector<RawRegion> raw, float iou, const Box& landing, const std::string& label);

}  // namespace workflow
