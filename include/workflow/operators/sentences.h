#pragma once

#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "workflow/graph/settings.h"
#include "workflow/values/text.h"

namespace workflow {

/// Cuts a text into its sentences, one level deeper, without the white space around them; a text of nothing but white space
/// has none. By Unicode's rules (UAX 29), ICU's way.
/// @code
///   text.then(Sentences{}).then(classify)   // what each sentence says
/// @endcode
struct Sentences {
  std::string language = "en";  ///< its rules, as in BCP 47: "de", "el", "ja"

  static constexpr std::string_view kind = "sentences";
  static constexpr std::size_t most = 100'000;  ///< sentences of one text

  static auto settings() { return std::tuple{setting("language", &Sentences::language)}; }
  /// Throws Error (InvalidSetting) for what is no language tag.
  WORKFLOW_EXPORT void check() const;

  /// Throws Error (InvalidValue) for more than `most`, and for a text of 2^30 bytes.
  WORKFLOW_EXPORT std::vector<Text> operator()(const Text& text) const;
};

}  // namespace workflow
