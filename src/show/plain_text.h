#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace workflow {

/// UTF-8 in printable ASCII: Latin letters with accents lose them, typographic quotes and dashes become plain ones, a
/// sequence of other characters becomes one '?' each, control characters become spaces.
std::string plain_text(std::string_view utf8);

/// The lines of a text in ASCII, each at most `longest` characters (a longer one ends in "..."), at most `most` of them.
std::vector<std::string> plain_lines(std::string_view utf8, std::size_t longest, std::size_t most);

}  // namespace workflow
