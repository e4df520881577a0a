#pragma once

#include <string_view>
#include <tuple>

#include "workflow/graph/settings.h"
#include "workflow/values/concepts.h"
#include "workflow/values/text.h"
#include "workflow/values/word_list.h"

namespace workflow {

/// Says which words and phrases are in a text: a concept with score 1 for each list of which one is. Whole words, in any
/// case; see WordList.
/// @code
///   text.then(Keywords{.words = {{"refund", {"refund", "money back"}}, {"praise", {"great", "thank you"}}}})
/// @endcode
struct Keywords {
  WordList words = {};  ///< the concept to say, and its words; at least one

  static constexpr std::string_view kind = "keywords";
  static auto settings() { return std::tuple{setting("words", &Keywords::words)}; }

  /// Throws Error (InvalidSetting) where there is no word.
  WORKFLOW_EXPORT void check() const;

  /// No concepts where nothing is found.
  WORKFLOW_EXPORT Concepts operator()(const Text& text) const;
};

}  // namespace workflow
