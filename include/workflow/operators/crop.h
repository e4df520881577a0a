#pragma once

#include <optional>
#include <string_view>
#include <tuple>

#include "workflow/graph/settings.h"
#include "workflow/values/image.h"
#include "workflow/values/region.h"

namespace workflow {

/// Cuts a region out of the image that it was found on. The crop is a view: no pixel is copied, and a model reads it
/// straight from the photo. What lies outside the image is clipped; a crop below `least` is dropped; run.stats() counts both.
/// @code
///   faces.then(Crop{.margin = 1.2f})
/// @endcode
/// Throws Error (InvalidValue) for a box that is not made of numbers.
struct Crop {
  float margin = 1.0f;  ///< multiplies the box about its centre: 1 is exact, 1.2 a tenth of each side more; above 0
  bool square = false;  ///< grows the shorter side, in pixels, to the longer one
  int least = 1;        ///< pixels; crops with a shorter side are dropped; at least 1

  static constexpr std::string_view kind = "crop";
  static auto settings() {
    return std::tuple{setting("margin", &Crop::margin, above(0)), setting("square", &Crop::square),
                      setting("least", &Crop::least, at_least(1))};
  }

  WORKFLOW_EXPORT std::optional<Image> operator()(const Region& region, const Image& image) const;
};

}  // namespace workflow
