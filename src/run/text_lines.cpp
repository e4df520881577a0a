#include "run/text_lines.h"

#include <fmt/format.h>

#include <filesystem>

#include "base/in_quotes.h"
#include "base/utf8.h"
#include "workflow/base/error.h"

namespace workflow {
namespace {

// A file without line feeds must not be read into memory whole; models take no longer texts either.
constexpr std::size_t longest_line = std::size_t{16} << 20U;

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

}  // namespace

TextLines::TextLines(const std::string& file) {
  std::error_code ignored;
  if (std::filesystem::is_directory(file, ignored))
    throw Error(ErrorCode::Unreadable, "texts", fmt::format("wanted a file of lines, got the folder {}", in_quotes(file)));
  if (!file_.open(file, std::ios::in | std::ios::binary))
    throw Error(ErrorCode::NotFound, "texts", fmt::format("wanted a file of lines, found none at {}", in_quotes(file)));
}

std::optional<TextLines::Line> TextLines::next() {
  using Traits = std::filebuf::traits_type;
  if (Traits::eq_int_type(file_.sgetc(), Traits::eof())) return std::nullopt;
  Line line{.number = ++number_};
  std::size_t length = 0;
  for (Traits::int_type c = file_.sbumpc(); !Traits::eq_int_type(c, Traits::eof()) && c != '\n'; c = file_.sbumpc())
    if (++length <= longest_line) line.text.push_back(Traits::to_char_type(c));
  if (number_ == 1 && line.text.starts_with(byte_order_mark)) line.text.erase(0, byte_order_mark.size());
  if (line.text.ends_with('\r')) line.text.pop_back();
  if (length > longest_line) {
    line.fault = fmt::format("wanted a line of at most {} bytes, got {}", longest_line, length);
  } else if (const std::size_t valid = valid_utf8(line.text); valid < line.text.size()) {
    line.fault = fmt::format("wanted UTF-8, got the byte 0x{:02x} at {}", static_cast<unsigned char>(line.text[valid]), valid);
  }
  return line;
}

}  // namespace workflow
