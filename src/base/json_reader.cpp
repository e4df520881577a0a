#include "base/json_reader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/in_quotes.h"
#include "base/nearest.h"
#include "workflow/base/error.h"

namespace workflow {

JsonReader::JsonReader(const Json& json, std::string place) : json_(json), place_(std::move(place)) {
  if (!json.is_null() && !json.is_object()) fail(fmt::format("wanted an object, got {}", json.type_name()));
}

void JsonReader::fail(const std::string& text) const { throw Error(ErrorCode::InvalidSetting, place_, text); }

const Json* JsonReader::look_up(std::string_view name) {
  known_.emplace_back(name);
  return json_.is_object() ? json_.find(name) : nullptr;
}

const Json& JsonReader::require(std::string_view name, std::string_view wanted) {
  const Json* value = look_up(name);
  if (!value) fail(fmt::format("\"{}\" is missing: wanted {}", name, wanted));
  return *value;
}

std::string JsonReader::string(std::string_view name) {
  const Json& value = require(name, "a text");
  if (!value.is_string()) fail(fmt::format("\"{}\": wanted a text, got {}", name, value.type_name()));
  return value.string();
}

std::string JsonReader::string_or(std::string_view name, std::string otherwise) {
  return json_.is_object() && json_.contains(name) ? string(name) : (known_.emplace_back(name), std::move(otherwise));
}

std::int64_t JsonReader::integer(std::string_view name, std::int64_t least, std::int64_t most) {
  const std::string wanted = fmt::format("a whole number from {} to {}", least, most);
  const Json& value = require(name, wanted);
  if (!value.is_integer() || value.integer() < least || value.integer() > most)
    fail(fmt::format("\"{}\": wanted {}, got {}", name, wanted, value.dump()));
  return value.integer();
}

double JsonReader::in_range(std::string_view name, const Json& value, double least, double most) const {
  if (!value.is_number() || !(value.number() >= least && value.number() <= most))
    fail(fmt::format("\"{}\": wanted a number from {} to {}, got {}", name, least, most, value.dump()));
  return value.number();
}

double JsonReader::number(std::string_view name, double least, double most) {
  return in_range(name, require(name, fmt::format("a number from {} to {}", least, most)), least, most);
}

double JsonReader::number_or(std::string_view name, double least, double most, double otherwise) {
  const Json* value = look_up(name);
  return value ? in_range(name, *value, least, most) : otherwise;
}

bool JsonReader::flag_or(std::string_view name, bool otherwise) {
  const Json* value = look_up(name);
  if (value && !value->is_boolean()) fail(fmt::format("\"{}\": wanted true or false, got {}", name, value->dump()));
  return value ? value->boolean() : otherwise;
}

std::vector<double> JsonReader::numbers(std::string_view name, std::size_t count) {
  const std::string wanted = fmt::format("a list of {} numbers", count);
  const Json& value = require(name, wanted);
  if (!value.is_array() || value.size() != count) fail(fmt::format("\"{}\": wanted {}, got {}", name, wanted, value.dump()));
  std::vector<double> numbers;
  constexpr double most = std::numeric_limits<float>::max();
  for (const Json& item : value.items()) numbers.push_back(in_range(name, item, -most, most));
  return numbers;
}

std::vector<std::string> JsonReader::strings_or_none(std::string_view name) {
  const Json* value = look_up(name);
  if (!value) return {};
  if (!value->is_array()) fail(fmt::format("\"{}\": wanted a list of texts, got {}", name, value->type_name()));
  std::vector<std::string> strings;
  for (const Json& item : value->items()) {
    if (!item.is_string()) fail(fmt::format("\"{}\": wanted a list of texts, got {} in it", name, item.type_name()));
    strings.push_back(item.string());
  }
  return strings;
}

std::vector<std::int64_t> JsonReader::integers_or_none(std::string_view name, std::size_t count, std::int64_t least,
                                                       std::int64_t most) {
  const Json* value = look_up(name);
  if (!value) return {};
  std::vector<std::int64_t> integers;
  const bool is_list = value->is_array() && value->size() <= count;
  for (std::size_t i = 0; is_list && i < value->size(); ++i)
    if (const Json& item = value->at(i); item.is_integer() && item.integer() >= least && item.integer() <= most)
      integers.push_back(item.integer());
  if (!is_list || integers.size() < value->size())
    fail(fmt::format("\"{}\": wanted a list of at most {} integers in {}..{}, got {}", name, count, least, most, value->dump()));
  return integers;
}

std::vector<std::vector<double>> JsonReader::rows(std::string_view name, std::size_t width, std::size_t most) {
  const std::string wanted = fmt::format("a list of 1 to {} lists of {} numbers", most, width);
  const Json& value = require(name, wanted);
  if (!value.is_array() || value.size() == 0 || value.size() > most) fail(fmt::format("\"{}\": wanted {}", name, wanted));
  std::vector<std::vector<double>> rows;
  for (const Json& row : value.items()) {
    const Json named = Json::object({{std::string(name), row}});
    rows.push_back(JsonReader(named, place_).numbers(name, width));
  }
  return rows;
}

std::size_t JsonReader::choice(std::string_view name, std::span<const std::string_view> options) {
  const std::string value = string(name);
  const auto found = std::find(options.begin(), options.end(), value);
  if (found == options.end())
    fail(fmt::format("\"{}\": wanted one of {}, got {}", name, fmt::join(options, ", "), in_quotes(value)));
  return static_cast<std::size_t>(found - options.begin());
}

Json JsonReader::json_or_null(std::string_view name) {
  const Json* value = look_up(name);
  return value ? *value : Json();
}

void JsonReader::finish() const {
  if (!json_.is_object()) return;
  for (const auto& [name, value] : json_.members()) {
    if (std::find(known_.begin(), known_.end(), name) != known_.end()) continue;
    const std::string near = nearest_name(name, known_);
    fail(fmt::format("{} is unknown{}", in_quotes(name), near.empty() ? "" : fmt::format("; nearest: \"{}\"", near)));
  }
}

}  // namespace workflow
