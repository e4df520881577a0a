#pragma once

#include <string_view>
#include <tuple>
#include <vector>

#include "workflow/graph/items.h"
#include "workflow/graph/score_route.h"
#include "workflow/graph/settings.h"
#include "workflow/values/region.h"

namespace workflow {

/// Keeps the k best: of an image's regions by score, or of an item's concepts.
/// @code
///   photo.then(classify).then(TopK{.k = 3})
/// @endcode
struct TopK {
  int k = 5;  ///< at least 1

  static constexpr std::string_view kind = "top-k";
  static auto settings() { return std::tuple{setting("k", &TopK::k, at_least(1))}; }

  /// The best keep their scores, so all may pass, for graph.check().
  ScoreRoute route() const { return {}; }

  /// Throws Error (InvalidValue) for a score that is NaN.
  WORKFLOW_EXPORT Concepts operator()(const Concepts& concepts) const;

  /// Best first; equal scores stay in their order. Throws Error (InvalidValue) for a score that is NaN.
  WORKFLOW_EXPORT std::vector<Region> operator()(Group<Region> regions) const;
};

}  // namespace workflow
