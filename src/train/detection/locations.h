#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "train/augment/target_box.h"

namespace workflow {

/// What a detector with many locations is to say at one of them.
struct LocationTarget {
  static constexpr std::int32_t nothing = -1;  ///< no object is there
  static constexpr std::int32_t ignored = -2;  ///< neither is said

  std::int32_t label = nothing;
  Box box = {0, 0, 0, 0};  ///< of the object, where there is one
  friend bool operator==(const LocationTarget&, const LocationTarget&) = default;
};

/// SSD's matching (Liu et al. 2016) with RetinaNet's thresholds: an anchor is for the box that it overlaps most, from an IoU
/// of 0.5 on; from 0.4 on it is ignored, and so is one on a difficult box. Every box gets at least the anchor that overlaps
/// it most. Anchors and boxes are relative to the input.
std::vector<LocationTarget> match_anchors(std::span<const Box> anchors, std::span<const TargetBox> boxes);

/// One map of FCOS, as its locations and the boxes that it is for.
struct FcosLevel {
  std::int64_t rows = 0;
  std::int64_t columns = 0;
  int stride = 8;     ///< pixels from location to location; the first lies in the middle of its cell
  float least = 0;    ///< pixels: of the distances from a location to its box's sides the largest is at least this
  float most = 1e8f;  ///< and at most this
};

/// The levels of an input of this size, at strides 8 to 128, with the paper's ranges.
std::vector<FcosLevel> fcos_levels(std::int64_t height, std::int64_t width);

/// FCOS' assignment (Tian et al. 2019) with centre sampling: a location is for a box of its level's range whose centre lies
/// within 1.5 strides of it; of several for the smallest. Level by level, row by row. Boxes are relative to an input of
/// `width` x `height` pixels.
std::vector<LocationTarget> assign_locations(std::span<const FcosLevel> levels, std::span<const TargetBox> boxes,
                                             std::int64_t height, std::int64_t width);

/// How near to its box's centre a location lies, 0 to 1: the root of the ratios of its distances to opposite sides.
float centreness(const Point& location, const Box& box);

}  // namespace workflow
