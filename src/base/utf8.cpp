#include "base/utf8.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace workflow {
namespace {

std::uint8_t byte_at(std::string_view text, std::size_t at) { return static_cast<std::uint8_t>(text[at]); }

// Bytes of the sequence that begins at `at`; 0 where it is none (the table of well-formed sequences, Unicode 3.9).
std::size_t sequence_at(std::string_view text, std::size_t at) {
  const std::uint8_t first = byte_at(text, at);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xC2 && first < 0xE0 ? 2 : first >= 0xE0 && first < 0xF0 ? 3 : first >= 0xF0 && first < 0xF5 ? 4 : 0;
  if (length == 0 || length > text.size() - at) return 0;
  const std::uint8_t second = byte_at(text, at + 1);
  const std::uint8_t least = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
  const std::uint8_t most = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
  if (second < least || second > most) return 0;
  for (std::size_t i = 2; i < length; ++i)
    if ((byte_at(text, at + i) & 0xC0U) != 0x80) return 0;
  return length;
}

std::uint32_t code_at(std::string_view text, std::size_t at) {
  const std::size_t length = utf8_length(text[at]);
  if (length == 1) return byte_at(text, at);
  std::uint32_t code = byte_at(text, at) & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) code = code << 6U | (byte_at(text, at + i) & 0x3FU);
  return code;
}

// Python's str.isspace, which is also what most tokenizers mean: Zs, and what bidirectional text treats as a separator.
bool is_space(std::uint32_t code) {
  constexpr std::array<std::uint32_t, 8> others = {0x20, 0x85, 0xA0, 0x1680, 0x2028, 0x2029, 0x202F, 0x205F};
  return (code >= 0x09 && code <= 0x0D) || (code >= 0x1C && code <= 0x1F) || (code >= 0x2000 && code <= 0x200A) ||
         code == 0x3000 || std::ranges::find(others, code) != others.end();
}

}  // namespace

std::size_t valid_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = sequence_at(text, at);
    if (length == 0) return at;
    at += length;
  }
  return text.size();
}

std::string_view without_outer_space(std::string_view text) {
  while (!text.empty() && is_space(code_at(text, 0))) text.remove_prefix(utf8_length(text[0]));
  while (!text.empty()) {
    std::size_t last = text.size() - 1;
    while (last > 0 && (byte_at(text, last) & 0xC0U) == 0x80) --last;
    if (!is_space(code_at(text, last))) break;
    text = text.substr(0, last);
  }
  return text;
}

}  // namespace workflow
