#pragma once

#include <string_view>
#include <tuple>

#include "workflow/graph/items.h"
#include "workflow/graph/settings.h"
#include "workflow/values/image.h"
#include "workflow/values/region.h"

namespace workflow {

/// Makes regions of an image unrecognisable: gives the image with all of its regions blurred or pixelated, one level up. An
/// image without regions goes through as it is; where finding them failed there is no image, so nothing slips through.
/// @code
///   photo.then(find_faces).then(Blur{.how = Blur::How::Pixelate, .margin = 1.2f}).named("to-publish")
/// @endcode
struct Blur {
  enum class How { Gaussian, Pixelate };

  How how = How::Gaussian;
  float strength =
      0.2f;             ///< share of a region's shorter side: the Gaussian's standard deviation, or a block's side; 0.01..1
  float margin = 1.0f;  ///< multiplies the box about its centre, as Crop does; above 0

  static constexpr std::string_view kind = "blur";
  static auto settings() {
    return std::tuple{setting("how", &Blur::how, Choices<How>{{How::Gaussian, "gaussian"}, {How::Pixelate, "pixelate"}}),
                      setting("strength", &Blur::strength, between(0.01, 1)), setting("margin", &Blur::margin, above(0))};
  }

  /// Boxes are clipped to the image; those without an inside, or wholly outside, are passed over. Throws Error
  /// (InvalidValue) for a box that is not made of numbers, and for an empty image.
  WORKFLOW_EXPORT Image operator()(Group<Region> regions, const Image& image) const;
};

}  // namespace workflow
