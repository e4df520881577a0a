#include "base/utf8.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/letters.h"

namespace workflow {
namespace {

// Python's str.isspace, which is also what most tokenizers mean: Zs, and what bidirectional text treats as a separator.
bool is_space(std::int32_t code) {
  constexpr std::array<std::int32_t, 8> others = {0x20, 0x85, 0xA0, 0x1680, 0x2028, 0x2029, 0x202F, 0x205F};
  return (code >= 0x09 && code <= 0x0D) || (code >= 0x1C && code <= 0x1F) || (code >= 0x2000 && code <= 0x200A) ||
         code == 0x3000 || std::ranges::find(others, code) != others.end();
}

}  // namespace

std::size_t valid_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const Letter letter = letter_at(text, at);
    if (letter.code < 0) return at;
    at = letter.end;
  }
  return text.size();
}

std::string_view without_outer_space(std::string_view text) {
  std::size_t begin = 0, end = text.size();
  while (begin < end && is_space(letter_at(text, begin).code)) begin = letter_at(text, begin).end;
  while (begin < end && is_space(letter_before(text, end).code)) end = letter_before(text, end).begin;
  return text.substr(begin, end - begin);
}

}  // namespace workflow
