#pragma once

#include <cstdint>
#include <vector>

#include "workflow/values/box.h"
#include "workflow/values/image.h"

namespace workflow {

/// A box that a detector is to find.
struct TargetBox {
  Box box = {};               ///< 0..1 of its picture, left < right, top < bottom
  std::uint32_t label = 0;    ///< which of the concepts it is
  bool is_difficult = false;  ///< neither to be found nor to be left alone: losses and metrics ignore it
  friend bool operator==(const TargetBox&, const TargetBox&) = default;
};

/// A picture with the boxes on it; of a classifier's picture there are none.
struct BoxedImage {
  Image image = {};
  std::vector<TargetBox> boxes = {};
};

}  // namespace workflow
