#pragma once

#include <string_view>
#include <tuple>

#include "workflow/graph/settings.h"
#include "workflow/values/concepts.h"
#include "workflow/values/embedding.h"
#include "workflow/values/examples.h"

namespace workflow {

/// Says what an embedding shows by the k examples that are nearest to it: each votes for its concept, the nearer the more,
/// and the scores add up to 1. All examples are compared, so a few ten thousand are the limit of what is quick.
/// @code
///   face.then(embed).then(Nearest{.examples = Examples::load("people.json"), .k = 3})
/// @endcode
struct Nearest {
  enum class Metric { Cosine, Euclidean };

  Examples examples = {};          ///< what is known; at least one
  int k = 5;                       ///< how many vote, at least 1; fewer where there are fewer examples
  Metric metric = Metric::Cosine;  ///< Cosine: a vote weighs the cosine, nothing below 0; Euclidean: 1 / (1 + distance)

  static constexpr std::string_view kind = "nearest";
  static auto settings() {
    return std::tuple{setting("examples", &Nearest::examples), setting("k", &Nearest::k, at_least(1)),
                      setting("metric", &Nearest::metric, Choices<Metric>{{Metric::Cosine, "cosine"}, {Metric::Euclidean, "euclidean"}})};
  }
  /// Throws Error (InvalidSetting) where there is no example.
  WORKFLOW_EXPORT void check() const;

  /// No concepts where none of the k is alike at all. Throws Error (InvalidValue) for NaN, an infinity, or another length
  /// than the examples have.
  WORKFLOW_EXPORT Concepts operator()(const Embedding& embedding) const;
};

}  // namespace workflow
