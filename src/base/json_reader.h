#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "workflow/base/json.h"

namespace workflow {

/// Reads the members of one JSON object strictly: each is asked for by name, type and range, and finish() refuses
/// whatever nobody asked for, with the nearest name. Every fault is an Error with the code and place given here.
/// `json` must outlive the reader; null stands for an object without members.
class JsonReader {
 public:
  JsonReader(const Json& json, std::string place);

  std::string string(std::string_view name);
  std::string string_or(std::string_view name, std::string otherwise);
  std::int64_t integer(std::string_view name, std::int64_t least, std::int64_t most);
  double number(std::string_view name, double least, double most);
  double number_or(std::string_view name, double least, double most, double otherwise);
  bool flag_or(std::string_view name, bool otherwise);
  std::vector<double> numbers(std::string_view name, std::size_t count);
  std::vector<std::string> strings_or_none(std::string_view name);

  /// At most `count` of them, each in its range.
  std::vector<std::int64_t> integers_or_none(std::string_view name, std::size_t count, std::int64_t least, std::int64_t most);

  /// A list of lists of `width` numbers each, `most` of them at most, at least one.
  std::vector<std::vector<double>> rows(std::string_view name, std::size_t width, std::size_t most);

  /// The place of the member's text in `options`.
  std::size_t choice(std::string_view name, std::span<const std::string_view> options);

  /// The member as it is; null where there is none.
  Json json_or_null(std::string_view name);

  void finish() const;

  [[noreturn]] void fail(const std::string& text) const;

 private:
  const Json* look_up(std::string_view name);
  const Json& require(std::string_view name, std::string_view wanted);
  double in_range(std::string_view name, const Json& value, double least, double most) const;

  const Json& json_;
  std::string place_;
  std::vector<std::string> known_;
};

}  // namespace workflow
