#pragma once

#include <string_view>
#include <tuple>
#include <vector>

#include "workflow/graph/items.h"
#include "workflow/graph/settings.h"
#include "workflow/values/concepts.h"
#include "workflow/values/embedding.h"

namespace workflow {

/// Finds which embeddings of one parent belong together: the i-th of the list that it gives says "cluster-0", "cluster-1",
/// ... of the i-th embedding, with score 1. Clusters are numbered in the order of their first members. Agglomerative:
/// clusters are joined, the nearest two first, as long as they are at most `distance` apart.
/// @code
///   faces.then(Crop{}).then(embed_face).then(Cluster{.distance = 0.4f})   // who is on the photo twice
/// @endcode
struct Cluster {
  enum class Metric { Cosine, Euclidean };
  enum class Link { Average, Single };

  float distance = 0.4f;           ///< clusters farther apart stay apart; Cosine: 1 - cosine, 0..2; Euclidean: 0 and more
  Metric metric = Metric::Cosine;  ///< how far two embeddings are from each other
  Link link = Link::Average;       ///< how far two clusters are: the mean over their pairs, or their nearest pair

  static constexpr std::string_view kind = "cluster";
  static constexpr std::size_t most = 4096;  ///< embeddings of one parent; the work grows with their square

  static auto settings() {
    return std::tuple{
        setting("distance", &Cluster::distance, at_least(0)),
        setting("metric", &Cluster::metric, Choices<Metric>{{Metric::Cosine, "cosine"}, {Metric::Euclidean, "euclidean"}}),
        setting("link", &Cluster::link, Choices<Link>{{Link::Average, "average"}, {Link::Single, "single"}})};
  }
  /// Throws Error (InvalidSetting) for a cosine distance above 2.
  WORKFLOW_EXPORT void check() const;

  /// Throws Error (InvalidValue) for NaN, an infinity, lengths that differ, or more than `most` embeddings.
  WORKFLOW_EXPORT std::vector<Concepts> operator()(Group<Embedding> group) const;
};

}  // namespace workflow
