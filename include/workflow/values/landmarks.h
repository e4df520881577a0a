#pragma once

#include <vector>

#include "workflow/values/box.h"

namespace workflow {

/// Named places of one object, in the order that the model's card gives (68 points of a face), relative to its image.
struct Landmarks {
  std::vector<Point> points = {};
  friend bool operator==(const Landmarks&, const Landmarks&) = default;
};

}  // namespace workflow
