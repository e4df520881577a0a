#pragma once

#include <cstddef>
#include <string_view>

namespace workflow {

/// How many bytes of the text are UTF-8, from its beginning: all of them, or up to the first byte of what is none (an
/// overlong form, a surrogate, a cut sequence).
std::size_t valid_utf8(std::string_view text);

/// Bytes of the character that begins with this byte, in text that is UTF-8: 1 to 4.
inline std::size_t utf8_length(char first) {
  const auto byte = static_cast<unsigned char>(first);
  return byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

/// The characters of the text (in UTF-8) without Unicode's white space at both ends.
std::string_view without_outer_space(std::string_view text);

}  // namespace workflow
