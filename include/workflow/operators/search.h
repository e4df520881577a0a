#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "workflow/app/app.h"
#include "workflow/graph/items.h"
#include "workflow/graph/operation.h"
#include "workflow/graph/settings.h"
#include "workflow/values/concepts.h"
#include "workflow/values/embedding.h"
#include "workflow/values/hits.h"

namespace workflow {

/// Looks in an app, mostly another one than the graph writes to, for what is like an embedding: filters first, then rank.
/// @code
///   auto hits = photo.then(embed).then(Search{.app = known, .top = 3, .at_least = 0.5f});
///   hits.then(ConceptsOf{});   // what its likes are said to be
/// @endcode
/// With `when` it takes a second port, and looks only where all of these concepts were seen there; an item where they were
/// not leaves the branch: `embedding.then(Search{.app = logos, .when = {"logo"}}, seen)`.
struct Search {
  using Metric = VectorMetric;

  App app = {};                          ///< as JSON its folder
  int top = 10;                          ///< how many hits at most; at least 1
  float at_least = 0;                    ///< score of a hit, 0..1
  Metric metric = Metric::Cosine;
  SearchFilter filter = {};              ///< which inputs of the app count
  std::vector<std::string> when = {};    ///< concepts that must have been seen first
  std::string model = {};                ///< whose vectors to compare with; empty: the only ones of the embedding's length

  static constexpr std::string_view kind = "search";
  static auto settings() {
    return std::tuple{setting("app", &Search::app),
                      setting("top", &Search::top, workflow::at_least(1)),
                      setting("at_least", &Search::at_least, between(0, 1)),
                      setting("metric", &Search::metric, Choices<Metric>{{Metric::Cosine, "cosine"}, {Metric::Euclidean, "euclidean"}}),
                      setting("filter", &Search::filter),
                      setting("when", &Search::when),
                      setting("model", &Search::model)};
  }
  /// Throws Error (InvalidSetting) where there is no app.
  WORKFLOW_EXPORT void check() const;

  /// Throws Error (InvalidSetting) for `when` without a second port, and for a second port without `when`.
  WORKFLOW_EXPORT void check(const OperationShape& shape) const;

  /// No hits where the app has no vectors. Throws Error (InvalidValue) for an embedding of another length than the app's, NaN
  /// and infinities.
  WORKFLOW_EXPORT std::vector<Hits> operator()(Batch<Embedding> embeddings) const;
  WORKFLOW_EXPORT std::optional<Hits> operator()(const Embedding& embedding, const Concepts& seen) const;
};

}  // namespace workflow
