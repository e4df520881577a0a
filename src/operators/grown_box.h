#pragma once

#include <cmath>
#include <optional>
#include <string_view>

#include "workflow/base/error.h"
#include "workflow/graph/tally.h"
#include "workflow/values/box.h"

namespace workflow {

/// Throws Error (InvalidValue) at `place` for a box that is not made of numbers.
inline void check_box(const Box& box, std::string_view place) {
  for (const float edge : {box.left, box.top, box.right, box.bottom})
    if (!std::isfinite(edge))
      throw Error(ErrorCode::InvalidValue, place, "wanted a box made of numbers, got NaN or infinity");
}

inline Box grown_by(const Box& box, float margin) {
  if (margin == 1.0f) return box;
  const Point centre = box.centre();
  const float half_width = box.width() / 2 * margin;
  const float half_height = box.height() / 2 * margin;
  return {centre.x - half_width, centre.y - half_height, centre.x + half_width, centre.y + half_height};
}

/// The part of a box that lies on the image; none where there is no such part. The run's figures count what was clipped.
inline std::optional<Box> part_on_image(const Box& box) {
  const Box clipped = box.clipped();
  if (clipped.width() <= 0 || clipped.height() <= 0) {
    tally("boxes without a part on the image");
    return std::nullopt;
  }
  if (!(clipped == box)) tally("boxes clipped to the image");
  return clipped;
}

}  // namespace workflow
