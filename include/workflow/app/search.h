#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "workflow/base/json.h"
#include "workflow/values/annotation.h"
#include "workflow/values/embedding.h"
#include "workflow/values/hits.h"

namespace workflow {

enum class Metric { Cosine, Euclidean };

enum class ExchangeFormat { CocoJson, JsonLines, Csv };

/// A vector on its way into the index.
struct IndexEntry {
  std::string input_id = {};
  std::int64_t annotation = 0;  ///< 0 for the whole input
  Embedding embedding = {};
};

/// Filters first, then rank. A filter that is not set lets everything through; all that are set must hold.
struct SearchQuery {
  std::optional<Embedding> like = {};           ///< rank by nearness to this; none: filter alone, in the order of the ids
  std::string like_input = {};                  ///< the same with the vector of an input; not both
  std::vector<std::string> concepts = {};       ///< each is on the input, status success
  std::vector<std::string> not_concepts = {};   ///< none of these is
  std::vector<Status> status = {};              ///< the input has an annotation with one of these
  std::vector<std::pair<std::string, Json>> where = {};      ///< metadata members that must be equal
  std::vector<std::pair<std::string, Json>> where_not = {};  ///< and that must not
  std::size_t top = 10;                         ///< at least 1
  float at_least = 0;                           ///< score, 0..1
  Metric metric = Metric::Cosine;               ///< score: (1 + cosine) / 2, or 1 / (1 + distance)
};

}  // namespace workflow
