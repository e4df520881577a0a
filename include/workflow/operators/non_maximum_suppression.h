#pragma once

#include <string_view>
#include <tuple>
#include <vector>

#include "workflow/graph/items.h"
#include "workflow/graph/settings.h"
#include "workflow/values/region.h"

namespace workflow {

/// Of the regions of one image that cover each other, keeps the best one; gives them best first.
/// @code
///   regions.then(NonMaximumSuppression{.iou = 0.45f})
/// @endcode
struct NonMaximumSuppression {
  float iou = 0.5f;        ///< boxes that overlap more than this (intersection over union) are one object; 0..1
  bool by_concept = true;  ///< only regions with the same top concept suppress each other

  static constexpr std::string_view kind = "non-maximum-suppression";
  static auto settings() {
    return std::tuple{setting("iou", &NonMaximumSuppression::iou, between(0, 1)),
                      setting("by_concept", &NonMaximumSuppression::by_concept)};
  }

  WORKFLOW_EXPORT std::vector<Region> operator()(Group<Region> regions) const;
};

}  // namespace workflow
