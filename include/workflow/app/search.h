#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "workflow/app/vector_metric.h"
#include "workflow/base/json.h"
#include "workflow/graph/items.h"
#include "workflow/values/annotation.h"
#include "workflow/values/box.h"
#include "workflow/values/embedding.h"
#include "workflow/values/image.h"
#include "workflow/values/text.h"

namespace workflow {

/// Which inputs of an app count: those for which everything holds. What is empty lets everything through.
struct WORKFLOW_EXPORT SearchFilter {
  std::vector<std::string> concepts = {};      ///< each stands in one of the input's annotations that count
  std::vector<std::string> not_concepts = {};  ///< none of these does
  std::vector<Status> status = {};             ///< annotations with one of these count, and the input has one; empty: all count
                                               ///< that were not denied
  std::vector<Status> not_status = {};         ///< the input has no annotation with one of these
  std::vector<std::pair<std::string, Json>> where = {};      ///< members of the input's metadata and what they are equal to;
                                                             ///< "camera.lens" is the member lens of the member camera
  std::vector<std::pair<std::string, Json>> where_not = {};  ///< members that are something else, or not there

  bool empty() const;

  Json to_json() const;  ///< {"concepts": ["cat"], "where": {"camera": "front"}}; what is empty is left out
  /// Throws Error (InvalidSetting).
  static SearchFilter from_json(const Json& json);
};

/// What is looked for: its place in a model's space, or a picture, a text or an input (by its id) whose place is.
using Like = std::variant<std::monostate, Embedding, Image, Text, std::string>;

/// A question to an app: filters first, then rank.
/// @code
///   for (const Hit& hit : app.search({.like = "a.jpg", .not_concepts = {"blurred"}, .top = 3})) ...
/// @endcode
struct SearchQuery {
  Like like = {};                              ///< without one every input that counts is found, by its id, with score 1
  std::vector<std::string> concepts = {};      ///< as in SearchFilter, and so are the next five
  std::vector<std::string> not_concepts = {};
  std::vector<Status> status = {};
  std::vector<Status> not_status = {};
  std::vector<std::pair<std::string, Json>> where = {};
  std::vector<std::pair<std::string, Json>> where_not = {};
  std::size_t top = 10;                        ///< how many hits at most; at least 1
  float at_least = 0;                          ///< score, 0..1
  VectorMetric metric = VectorMetric::Cosine;
  std::string model = {};                      ///< whose vectors are compared, "image-embedder@1"; empty: those of the embedder
                                               ///< that was set, else the only ones that are as long as what is looked for

  SearchFilter filter() const { return {concepts, not_concepts, status, not_status, where, where_not}; }
};

/// A vector on its way into the index.
struct IndexEntry {
  std::string input_id = {};             ///< put into the app where it is new
  Embedding embedding = {};
  std::string model = {};                ///< who made it; vectors of different models are never compared
  std::int64_t annotation = 0;           ///< that it belongs to; 0: to the input, or a region of it
  std::optional<Box> region = {};        ///< on the input's image
  std::vector<std::uint32_t> path = {};  ///< which item below the input it is of, as a run gives it
};

/// What makes an embedding of a picture or a text that is looked for. Any embedding model turns into one, and so does a
/// host's own operator on an Image or a Text, or on a Batch of them.
struct LikeEmbedder {
  LikeEmbedder() = default;
  template <class Embed>
    requires(!std::same_as<std::remove_cvref_t<Embed>, LikeEmbedder>)
  LikeEmbedder(const Embed& embed) : image(one<Image>(embed)), text(one<Text>(embed)) {
    if constexpr (requires { std::string(embed.name()); }) model = embed.name();
    static_assert(std::invocable<const Embed&, const Image&> || std::invocable<const Embed&, Batch<Image>> ||
                      std::invocable<const Embed&, const Text&> || std::invocable<const Embed&, Batch<Text>>,
                  "an embedder takes an Image or a Text, or a Batch of them, and gives Embeddings");
  }

  std::string model = {};  ///< "image-embedder@1": whose vectors its embeddings are compared with
  std::function<Embedding(const Image&)> image = {};
  std::function<Embedding(const Text&)> text = {};

 private:
  template <class T, class Embed>
  static std::function<Embedding(const T&)> one(const Embed& embed) {
    if constexpr (std::invocable<const Embed&, const T&>)
      return embed;
    else if constexpr (std::invocable<const Embed&, Batch<T>>)
      return [embed](const T& value) { return embed(Batch<T>(std::span(&value, 1))).at(0); };
    else
      return {};
  }
};

/// The vectors of one model.
struct IndexReport {
  std::string model = {};
  std::size_t length = 0;   ///< numbers of each
  std::size_t vectors = 0;
  std::size_t linked = 0;   ///< of them in the cosine's graph; 0 below 50,000 vectors, where all are compared
};

}  // namespace workflow
