#pragma once

#include <string_view>
#include <tuple>

#include "workflow/graph/settings.h"
#include "workflow/values/image.h"

namespace workflow {

/// Turns an image clockwise. Quarter turns move pixels and lose nothing; for other angles the picture grows until all of it
/// is on it, and its corners are black. What is found on the turned image is told relative to the turned image.
/// @code
///   photo.then(Rotate{.degrees = 90})
/// @endcode
struct Rotate {
  float degrees = 90;  ///< clockwise, -360..360

  static constexpr std::string_view kind = "rotate";
  static auto settings() { return std::tuple{setting("degrees", &Rotate::degrees, between(-360, 360))}; }

  /// Throws Error (InvalidValue) for an empty image, or one that would become longer than 32,768 pixels or
  /// larger than 2^28.
  WORKFLOW_EXPORT Image operator()(const Image& image) const;
};

}  // namespace workflow
