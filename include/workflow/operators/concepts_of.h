#pragma once

#include <string_view>
#include <tuple>

#include "workflow/graph/settings.h"
#include "workflow/values/concepts.h"
#include "workflow/values/hits.h"

namespace workflow {

/// Reads concepts off what a search found: what its likes are said to be, the item is said to be too.
/// @code
///   embedding.then(Search{.app = known, .top = 5}).then(ConceptsOf{})
/// @endcode
struct ConceptsOf {
  enum class By { Best, Mean };

  By by = By::Best;  ///< Best: the best hit's score times its concept's; Mean: the concepts' mean over all hits, weighted by
                     ///< the hits' scores, where a hit without the concept counts as 0

  static constexpr std::string_view kind = "concepts-of";
  static auto settings() {
    return std::tuple{setting("by", &ConceptsOf::by, Choices<By>{{By::Best, "best"}, {By::Mean, "mean"}})};
  }

  /// No hits give no concepts. Throws Error (InvalidValue) for a score that is NaN or outside 0..1.
  WORKFLOW_EXPORT Concepts operator()(const Hits& hits) const;
};

}  // namespace workflow
