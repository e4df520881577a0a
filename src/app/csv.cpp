#include "app/csv.h"

#include <algorithm>

#include "workflow/base/error.h"

namespace workflow {

std::string csv_field(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

CsvReader::CsvReader(std::string_view text) : rest_(text) {
  constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";  // as spreadsheets write it
  if (rest_.starts_with(byte_order_mark)) rest_.remove_prefix(byte_order_mark.size());
}

std::optional<std::vector<std::string>> CsvReader::next() {
  if (rest_.empty()) return std::nullopt;
  row_line_ = line_;
  std::vector<std::string> row = {field()};
  while (rest_.starts_with(',')) {
    rest_.remove_prefix(1);
    row.push_back(field());
  }
  if (rest_.starts_with('\r')) rest_.remove_prefix(1);
  if (!rest_.empty() && !rest_.starts_with('\n'))
    throw Error(ErrorCode::Unreadable, "csv", "wanted a comma or the line's end behind a field in quotes");
  if (!rest_.empty()) rest_.remove_prefix(1);
  ++line_;
  return row;
}

std::string CsvReader::field() {
  if (!rest_.starts_with('"')) {
    const std::string_view text = rest_.substr(0, rest_.find_first_of(",\r\n"));
    if (text.find('"') != std::string_view::npos) throw Error(ErrorCode::Unreadable, "csv", "a quote stands inside a field that has none around it");
    rest_.remove_prefix(text.size());
    return std::string(text);
  }
  std::string text;
  for (;;) {
    rest_.remove_prefix(1);
    const std::size_t end = rest_.find('"');
    if (end == std::string_view::npos) throw Error(ErrorCode::Unreadable, "csv", "a field in quotes does not end");
    text += rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    if (!rest_.starts_with('"')) break;
    text += '"';
  }
  line_ += static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  return text;
}

}  // namespace workflow
