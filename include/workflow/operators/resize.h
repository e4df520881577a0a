#pragma once

#include <string_view>
#include <tuple>

#include "workflow/graph/settings.h"
#include "workflow/values/image.h"

namespace workflow {

/// Gives an image another size. A side that is left at 0 follows the other one, and the shape is kept.
/// @code
///   photo.then(Resize{.width = 640})
/// @endcode
struct Resize {
  int width = 0;   ///< pixels, 0..32768
  int height = 0;  ///< pixels, 0..32768; not both 0

  static constexpr std::string_view kind = "resize";
  static auto settings() {
    return std::tuple{setting("width", &Resize::width, between(0, 32768)), setting("height", &Resize::height, between(0, 32768))};
  }
  /// Throws Error (InvalidSetting) where both sides are 0.
  WORKFLOW_EXPORT void check() const;

  WORKFLOW_EXPORT Image operator()(const Image& image) const;
};

}  // namespace workflow
