#pragma once

#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "workflow/graph/settings.h"
#include "workflow/values/image.h"
#include "workflow/values/region.h"

namespace workflow {

/// Finds and reads barcodes: a region for each, whose concept is what the code says (score 1) and whose points are its four
/// corners, clockwise from the code's own left upper one; of a linear code those of the lines that were read.
/// @code
///   photo.then(Barcode{.codes = {"ean-13", "qr"}}).named("codes")   // codes.front()->concepts.top().name: "4006381333931"
/// @endcode
/// Read with ZXing, at any angle for square codes and in quarter turns for linear ones.
struct Barcode {
  std::vector<std::string> codes =
      {};  ///< which to look for, fewer is quicker; empty: all of them: aztec, codabar, code-39,
           ///< code-93, code-128, data-matrix, ean-8, ean-13, itf, pdf-417, qr, upc-a, upc-e

  static constexpr std::string_view kind = "barcode";
  static auto settings() { return std::tuple{setting("codes", &Barcode::codes)}; }

  /// Throws Error (InvalidSetting) for a code that is not among those above.
  WORKFLOW_EXPORT void check() const;

  /// Throws Error (InvalidValue) for an empty image.
  WORKFLOW_EXPORT std::vector<Region> operator()(const Image& image) const;
};

}  // namespace workflow
