#pragma once

#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "workflow/graph/effect.h"
#include "workflow/graph/settings.h"
#include "workflow/values/region.h"

namespace workflow {

/// Keeps the regions for which every condition holds, and drops the others.
/// @code
///   regions.then(Keep{.at_least = 0.6f, .concepts = {"person"}, .within = {.top = 0.5f}})
/// @endcode
/// Throws Error (InvalidValue) for a score or a box that is not made of numbers.
struct Keep {
  float at_least = 0.0f;              ///< the region's own score, 0..1
  std::vector<std::string> concepts = {};  ///< one of these is its top concept; empty: any
  float least_area = 0.0f;            ///< share of the image's area that it covers, 0..1
  float most_area = 1.0f;             ///< share of the image's area that it covers, 0..1
  Box within = {};                         ///< where its centre lies; the default is the whole image

  static constexpr std::string_view kind = "keep";
  static auto settings() {
    return std::tuple{setting("at_least", &Keep::at_least, between(0, 1)), setting("concepts", &Keep::concepts),
                      setting("least_area", &Keep::least_area, between(0, 1)), setting("most_area", &Keep::most_area, between(0, 1)),
                      setting("within", &Keep::within, between(0, 1))};
  }
  /// Throws Error (InvalidSetting) where least_area is above most_area, or `within` has no inside.
  WORKFLOW_EXPORT void check() const;

  WORKFLOW_EXPORT bool operator()(const Region& region) const;
  WORKFLOW_EXPORT std::vector<Reason> why(const Region& region) const;
};

}  // namespace workflow
