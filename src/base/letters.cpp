#include "base/letters.h"

#include <algorithm>

namespace workflow {

Letter letter_at(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i])); };
  const std::uint32_t first = byte(at);
  const Letter none{-1, at, at + 1};
  if (first < 0x80) return {static_cast<std::int32_t>(first), at, at + 1};
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || length > text.size() - at) return none;
  std::uint32_t code = first & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(at + i) & 0xC0U) != 0x80) return none;
    code = code << 6U | (byte(at + i) & 0x3FU);
  }
  // Forms that are longer than need be, surrogates, and what lies beyond Unicode.
  constexpr std::uint32_t least[] = {0x80, 0x800, 0x10000};
  if (code < least[length - 2] || (code >= 0xD800 && code < 0xE000) || code > 0x10FFFF) return none;
  return {static_cast<std::int32_t>(code), at, at + length};
}

Letter letter_before(std::string_view text, std::size_t at) {
  for (std::size_t length = 1; length <= std::min<std::size_t>(4, at); ++length)
    if (const Letter letter = letter_at(text, at - length); letter.code >= 0 && letter.end == at) return letter;
  return {-1, at - 1, at};
}

}  // namespace workflow
