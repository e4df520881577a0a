#pragma once

#include <string_view>
#include <tuple>

#include "workflow/graph/settings.h"
#include "workflow/values/concepts.h"

namespace workflow {

/// Two models vote: each gives its weight to its top concept, and a concept's score is its share of the weights given. A
/// model that names no concept abstains; equal scores are for the first name by the alphabet.
/// @code
///   auto two = a.then(Vote{}, b);                                      // agreed: 1, else half each
///   auto three = two.then(Vote{.first = 2, .counted = true}, c);       // 2 : 1 gives 0.67 and 0.33
/// @endcode
struct Vote {
  float first = 1;       ///< the first port's weight, 0 and more; not both 0
  float second = 1;      ///< the second port's weight, 0 and more
  bool counted = false;  ///< the first port is an earlier Vote's: its shares count as they are

  static constexpr std::string_view kind = "vote";
  static auto settings() {
    return std::tuple{setting("first", &Vote::first, at_least(0)), setting("second", &Vote::second, at_least(0)),
                      setting("counted", &Vote::counted)};
  }
  /// Throws Error (InvalidSetting) where both weights are 0, or one is infinite.
  WORKFLOW_EXPORT void check() const;

  /// Throws Error (InvalidValue) for a score that is NaN or outside 0..1.
  WORKFLOW_EXPORT Concepts operator()(const Concepts& a, const Concepts& b) const;
};

}  // namespace workflow
