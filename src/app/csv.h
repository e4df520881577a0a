#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace workflow {

/// A field as RFC 4180 has it: in quotes where it needs them.
std::string csv_field(std::string_view text);

/// Rows of comma-separated values (RFC 4180; a line may end with LF alone), one after the other.
class CsvReader {
 public:
  explicit CsvReader(std::string_view text);

  /// The next row; none at the end. Throws Error (Unreadable) for quotes that do not end or stand inside a field.
  std::optional<std::vector<std::string>> next();

  std::size_t line() const { return row_line_; }  ///< where the last row began, from 1

 private:
  std::string field();

  std::string_view rest_;
  std::size_t line_ = 1;
  std::size_t row_line_ = 0;
};

}  // namespace workflow
