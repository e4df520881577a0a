#pragma once

#include <string_view>
#include <tuple>

#include "workflow/graph/settings.h"
#include "workflow/values/concepts.h"

namespace workflow {

/// The mean of what two models say of the same item; a concept that one of them does not name counts as 0 there.
/// @code
///   auto two = a.then(Average{}, b);
///   auto three = two.then(Average{.weight = 2.0f / 3}, c);
/// @endcode
struct Average {
  float weight = 0.5f;  ///< of the first port, 0..1; the second's is the rest

  static constexpr std::string_view kind = "average";
  static auto settings() { return std::tuple{setting("weight", &Average::weight, between(0, 1))}; }

  /// Throws Error (InvalidValue) for a score that is NaN or outside 0..1.
  WORKFLOW_EXPORT Concepts operator()(const Concepts& first, const Concepts& second) const;
};

}  // namespace workflow
