#include "show/plain_text.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace workflow {
namespace {

// U+00C0 .. U+017F, Latin-1's letters and Latin Extended-A, by their base letters.
constexpr std::array<std::string_view, 192> latin{
    "A",  "A", "A", "A", "Ae", "A",  "AE", "C", "E",  "E",  "E",  "E", "I", "I", "I",  "I",  "D",  "N", "O",  "O", "O", "O",
    "Oe", "x", "O", "U", "U",  "U",  "Ue", "Y", "Th", "ss", "a",  "a", "a", "a", "ae", "a",  "ae", "c", "e",  "e", "e", "e",
    "i",  "i", "i", "i", "d",  "n",  "o",  "o", "o",  "o",  "oe", "/", "o", "u", "u",  "u",  "ue", "y", "th", "y", "A", "a",
    "A",  "a", "A", "a", "C",  "c",  "C",  "c", "C",  "c",  "C",  "c", "D", "d", "D",  "d",  "E",  "e", "E",  "e", "E", "e",
    "E",  "e", "E", "e", "G",  "g",  "G",  "g", "G",  "g",  "G",  "g", "H", "h", "H",  "h",  "I",  "i", "I",  "i", "I", "i",
    "I",  "i", "I", "i", "IJ", "ij", "J",  "j", "K",  "k",  "q",  "L", "l", "L", "l",  "L",  "l",  "L", "l",  "L", "l", "N",
    "n",  "N", "n", "N", "n",  "n",  "N",  "n", "O",  "o",  "O",  "o", "O", "o", "OE", "oe", "R",  "r", "R",  "r", "R", "r",
    "S",  "s", "S", "s", "S",  "s",  "S",  "s", "T",  "t",  "T",  "t", "T", "t", "U",  "u",  "U",  "u", "U",  "u", "U", "u",
    "U",  "u", "U", "u", "W",  "w",  "Y",  "y", "Y",  "Z",  "z",  "Z", "z", "Z", "z",  "s"};

// The next code point; a byte that is no UTF-8 counts as one unknown character.
std::uint32_t next_code(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i])); };
  constexpr std::uint32_t unknown = 0xFFFD;
  const std::uint32_t lead = byte(at++);
  if (lead < 0x80) return lead;
  const std::size_t more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
  if (lead < 0xC2 || lead > 0xF4 || more > text.size() - at) return unknown;
  std::uint32_t code = lead & (0x3FU >> more);
  for (std::size_t i = 0; i < more; ++i) {
    if ((byte(at + i) & 0xC0U) != 0x80) return unknown;
    code = code << 6U | (byte(at + i) & 0x3FU);
  }
  at += more;
  return code;
}

std::string_view ascii_of(std::uint32_t code) {
  if (code >= 0xC0 && code < 0x180) return latin[code - 0xC0];
  switch (code) {
    case 0xA0:
      return " ";
    case 0xB0:
      return "deg";
    case 0x2013:
    case 0x2014:
      return "-";
    case 0x2018:
    case 0x2019:
      return "'";
    case 0x201C:
    case 0x201D:
    case 0xAB:
    case 0xBB:
      return "\"";
    case 0x2026:
      return "...";
    case 0x20AC:
      return "EUR";
    default:
      return "?";
  }
}

bool is_combining_accent(std::uint32_t code) { return code >= 0x300 && code < 0x370; }

}  // namespace

std::string plain_text(std::string_view utf8) {
  std::string plain;
  for (std::size_t at = 0; at < utf8.size();) {
    const std::uint32_t code = next_code(utf8, at);
    if (code < 0x20 || code == 0x7F) {
      plain += ' ';
    } else if (code < 0x80) {
      plain += static_cast<char>(code);
    } else if (!is_combining_accent(code)) {
      plain += ascii_of(code);
    }
  }
  return plain;
}

std::vector<std::string> plain_lines(std::string_view utf8, std::size_t longest, std::size_t most) {
  std::vector<std::string> lines;
  while (!utf8.empty() && lines.size() < most) {
    const std::size_t end = std::min(utf8.find('\n'), utf8.size());
    // Four bytes a character at most, so that an endless line is not converted for nothing.
    std::string line = plain_text(utf8.substr(0, std::min(end, 4 * longest + 4)));
    if (line.size() > longest)
      line = line.substr(0, longest > 3 ? longest - 3 : 0) + std::string(std::min<std::size_t>(3, longest), '.');
    lines.push_back(std::move(line));
    utf8.remove_prefix(std::min(end + 1, utf8.size()));
  }
  if (!utf8.empty() && !lines.empty()) lines.back() = lines.back().substr(0, longest > 4 ? longest - 4 : 0) + " ...";
  return lines;
}

}  // namespace workflow
