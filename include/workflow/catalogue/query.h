#pragma once

#include <string>
#include <vector>

namespace workflow {

enum class SortBy {
  Name,
  Date,    ///< the newest first; built-in models, which have none, last
  Size,    ///< of the weights' file, the smallest first; those whose weights are not here last
  Metric,  ///< the highest first; those that do not tell it last
};

/// What Catalogue::find looks for; a model has to meet all that is set.
/// @code
///   for (const CatalogueEntry& entry : catalogue.find({.input = "image", .text = "face detect", .sort = SortBy::Size}))
///     fmt::print("{}: {}\n", entry.spec.name(), entry.spec.description);
/// @endcode
struct ModelQuery {
  std::string task = {};    ///< "face detection", as the model says it; capitals do not count
  std::string input = {};   ///< "image" or "text"
  std::string output = {};  ///< "regions", "concepts", "embedding" or "landmarks"

  /// Words that all stand, or begin a word, in id, task, description, tags, labels or card; compared by their English
  /// stems: "detecting faces" finds the face detector.
  std::string text = {};

  std::vector<std::string> tags = {};  ///< all of them
  std::string licence = {};            ///< "MIT"
  std::string trained_by = {};

  SortBy sort = SortBy::Name;
  std::string metric = {};  ///< which one, for SortBy::Metric: "accuracy"
};

}  // namespace workflow
