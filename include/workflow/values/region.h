#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "workflow/values/box.h"
#include "workflow/values/concepts.h"

namespace workflow {

/// A place on an image that a detector found: where, how sure, what.
struct Region {
  Box box = {};                    ///< relative to the image that it was found on
  float score = 0;            ///< 0..1
  Concepts concepts = {};          ///< what it is; a face detector says "face"
  std::vector<Point> points = {};  ///< landmarks relative to the same image, where the detector gives some; else empty
  std::optional<std::int64_t> track = {};  ///< which object of a video it is, where Track followed it: the same on every frame

  friend bool operator==(const Region&, const Region&) = default;
};

}  // namespace workflow
