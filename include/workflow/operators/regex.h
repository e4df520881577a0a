#pragma once

#include <map>
#include <string>
#include <string_view>
#include <tuple>

#include "workflow/graph/settings.h"
#include "workflow/values/concepts.h"
#include "workflow/values/pattern.h"
#include "workflow/values/text.h"

namespace workflow {

/// Says which patterns are found in a text: a concept with score 1 for each that is. In time linear in the text.
/// @code
///   text.then(Regex{.patterns = {{"order-number", R"(\b[A-Z]{2}-\d{4}\b)"}, {"e-mail", R"(\S+@\S+\.\S+)"}}})
/// @endcode
struct Regex {
  std::map<std::string, Pattern> patterns = {};  ///< the concept to say, and what to look for; at least one

  static constexpr std::string_view kind = "regex";
  static auto settings() { return std::tuple{setting("patterns", &Regex::patterns)}; }

  /// Throws Error (InvalidSetting) where there is no pattern, or one does not compile.
  WORKFLOW_EXPORT void check() const;

  /// No concepts where nothing is found.
  WORKFLOW_EXPORT Concepts operator()(const Text& text) const;
};

}  // namespace workflow
