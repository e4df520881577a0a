#pragma once

#include <string>
#include <string_view>
#include <tuple>

#include "workflow/graph/items.h"
#include "workflow/graph/settings.h"
#include "workflow/values/region.h"
#include "workflow/values/text.h"

namespace workflow {

/// Puts the texts that were read off the regions of one parent together as one reads them: line by line from the top, in a
/// line from left to right. A region is in a line where its middle is within the line's height. No texts give an empty one.
/// @code
///   photo.then(find_words).then(Crop{}).then(read_word).then(JoinText{}).named("page")
/// @endcode
struct JoinText {
  enum class Direction { LeftToRight, RightToLeft };

  std::string between_words = " ";
  std::string between_lines = "\n";
  Direction direction = Direction::LeftToRight;

  static constexpr std::string_view kind = "join-text";
  static auto settings() {
    return std::tuple{
        setting("between_words", &JoinText::between_words), setting("between_lines", &JoinText::between_lines),
        setting("direction", &JoinText::direction,
                Choices<Direction>{{Direction::LeftToRight, "left-to-right"}, {Direction::RightToLeft, "right-to-left"}})};
  }

  /// `regions[i]` is where `texts[i]` was read. Empty texts are passed over. Throws Error (InvalidValue) for a box that is
  /// not made of numbers.
  WORKFLOW_EXPORT Text operator()(Group<Text> texts, Group<Region> regions) const;
};

}  // namespace workflow
