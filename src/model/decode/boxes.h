#pragma once

#include <span>
#include <string>
#include <vector>

#include "model/session.h"
#include "workflow/values/region.h"

namespace workflow {

/// A box that a net gave, before suppression: relative to the net's input.
struct RawRegion {
  Box box;
  float score = 0;
  std::size_t label = 0;  ///< which of the model's labels it is
  std::vector<Point> points = {};
};

/// Of boxes that overlap by more than `iou` the one with the best score stays.
struct Suppression {
  float threshold = 0;      ///< scores above it count
  float iou = 0;            ///< 0..1
  bool by_concept = false;  ///< only boxes of one label suppress each other
};

/// A box by its centre.
Box box_around(float x, float y, float width, float height);

float sigmoid(float x);

/// Reads tiny YOLO's cells: `cells` is rows x columns x anchors x 5 (x, y, width, height, objectness, all raw), the anchors
/// are width and height in cells. (YOLO9000, Redmon and Farhadi 2016, without classes.)
std::vector<RawRegion> tiny_yolo_regions(std::span<const float> cells, std::int64_t rows, std::int64_t columns,
                                         std::span<const Point> anchors, float threshold);

/// Reads YuNet's cells: 16 values each, raw, for an input of `width` x `height` pixels (multiples of 32).
/// Throws Error (InvalidModel) where their number does not fit that size.
std::vector<RawRegion> yunet_regions(std::span<const float> cells, int width, int height, float threshold);

/// Suppresses, brings onto the image, clips; regions that lie off the image go. Best score first.
std::vector<Region> finished_regions(const std::vector<RawRegion>& raw, const Suppression& suppression, const Box& landing,
                                     std::span<const std::string> labels);

}  // namespace workflow
