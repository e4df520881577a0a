#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "train/augment/target_box.h"

namespace workflow {

/// What CenterNet is to give for one picture, and where. Row-major; boxes are relative to the input.
struct CentreMaps {
  std::vector<float> heat;         ///< [labels, rows, columns]: 1 at an object's centre, a bell around it
  std::vector<float> heat_counts;  ///< the same shape: 0 where nothing is learnt, under difficult boxes; else 1
  std::vector<Box> boxes;          ///< [rows, columns]: of the object that a cell is to measure
  std::vector<float> box_weights;  ///< [rows, columns]: how much it counts; 1 in all for each object, 0 where there is none
  std::size_t objects = 0;
};

/// Objects as points (Zhou, Wang and Kraehenbuehl 2019) with the bells of a box's own shape that TTFNet has (Liu et al.:
/// Training-Time-Friendly Network, 2020), which also lets the cells around a centre learn the box: far fewer steps than
/// the centre alone takes. Cell (row, column) stands for the point (column / columns, row / rows), as in decoding.
CentreMaps centre_maps(std::span<const TargetBox> boxes, std::size_t labels, std::int64_t rows, std::int64_t columns);

}  // namespace workflow
