#include "workflow/base/json.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "base/in_quotes.h"
#include "workflow/base/error.h"

namespace workflow {
namespace {

[[noreturn]] void mismatch(std::string_view wanted, const Json& got) {
  throw Error(ErrorCode::TypeMismatch, "json", fmt::format("wanted {}, got {}", wanted, got.type_name()));
}

}  // namespace

Json::Json(float value) {
  if (!std::isfinite(value)) {
    value_ = static_cast<double>(value);
    return;
  }
  char digits[64];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  double shortest = 0;
  std::from_chars(digits, end, shortest);
  value_ = shortest;
}

Json Json::array(std::vector<Json> items) {
  Json json;
  json.value_ = std::move(items);
  return json;
}

Json Json::object(std::initializer_list<Member> members) {
  Json json;
  json.value_ = std::vector<Member>();
  for (const auto& [key, value] : members) json[key] = value;
  return json;
}

std::string_view Json::type_name() const {
  if (is_null()) return "null";
  if (is_boolean()) return "a boolean";
  if (is_integer()) return "an integer";
  if (is_number()) return "a number";
  if (is_string()) return "a string";
  return is_array() ? "an array" : "an object";
}

bool Json::boolean() const {
  if (!is_boolean()) mismatch("a boolean", *this);
  return std::get<bool>(value_);
}

double Json::number() const {
  if (is_integer()) return static_cast<double>(std::get<std::int64_t>(value_));
  if (!is_number()) mismatch("a number", *this);
  return std::get<double>(value_);
}

std::int64_t Json::integer() const {
  if (!is_integer()) mismatch("an integer", *this);
  return std::get<std::int64_t>(value_);
}

const std::string& Json::string() const {
  if (!is_string()) mismatch("a string", *this);
  return std::get<std::string>(value_);
}

const std::vector<Json>& Json::items() const {
  if (!is_array()) mismatch("an array", *this);
  return std::get<std::vector<Json>>(value_);
}

const std::vector<Json::Member>& Json::members() const {
  if (!is_object()) mismatch("an object", *this);
  return std::get<std::vector<Member>>(value_);
}

std::size_t Json::size() const {
  if (is_array()) return items().size();
  return is_object() ? members().size() : 0;
}

const Json* Json::find(std::string_view key) const {
  if (!is_object()) return nullptr;
  for (const auto& [name, value] : members()) {
    if (name == key) return &value;
  }
  return nullptr;
}

const Json& Json::at(std::string_view key) const {
  if (!is_object()) mismatch("an object", *this);
  if (const Json* found = find(key)) return *found;
  throw Error(ErrorCode::NotFound, "json", fmt::format("no member {}", in_quotes(key)));
}

const Json& Json::at(std::size_t index) const {
  if (index < items().size()) return items()[index];
  throw Error(ErrorCode::NotFound, "json", fmt::format("wanted item {}, the array has {}", index, size()));
}

Json& Json::operator[](std::string_view key) {
  if (is_null()) value_ = std::vector<Member>();
  if (!is_object()) mismatch("an object", *this);
  auto& all = std::get<std::vector<Member>>(value_);
  for (auto& [name, value] : all) {
    if (name == key) return value;
  }
  return all.emplace_back(std::string(key), Json()).second;
}

void Json::push_back(Json item) {
  if (is_null()) value_ = std::vector<Json>();
  if (!is_array()) mismatch("an array", *this);
  std::get<std::vector<Json>>(value_).push_back(std::move(item));
}

}  // namespace workflow
