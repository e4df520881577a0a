#pragma once

#include <string_view>

#include "workflow/base/export.h"
#include "workflow/values/image.h"

namespace workflow {

/// Takes the colour out of an image: each pixel's three channels become its luma, 0.299 red + 0.587 green + 0.114 blue
/// (ITU-R BT.601). It keeps three channels, so a model that wants colour takes it.
/// @code
///   photo.then(Grayscale{}).then(classify)
/// @endcode
struct Grayscale {
  static constexpr std::string_view kind = "grayscale";

  /// Throws Error (InvalidValue) for an empty image.
  WORKFLOW_EXPORT Image operator()(const Image& image) const;
};

}  // namespace workflow
