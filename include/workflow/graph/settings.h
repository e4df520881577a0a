#pragma once

#include <cmath>
#include <concepts>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "workflow/base/error.h"
#include "workflow/base/json.h"
#include "workflow/values/box.h"

namespace workflow {

/// The numbers that a setting may take.
struct Range {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  bool without_low = false;   ///< low itself is not allowed
  bool without_high = false;  ///< high itself is not allowed

  /// NaN and the infinities never are in range: JSON has no word for them.
  bool holds(double value) const {
    return std::isfinite(value) && (without_low ? value > low : value >= low) && (without_high ? value < high : value <= high);
  }
  WORKFLOW_EXPORT std::string to_string() const;  ///< "0..1", "above 0", "at least 1"
};

constexpr Range between(double low, double high) { return {.low = low, .high = high}; }
constexpr Range above(double low) { return {.low = low, .without_low = true}; }
constexpr Range at_least(double low) { return {.low = low}; }

/// The words for an enumeration's values, in JSON and in messages.
template <class E>
using Choices = std::vector<std::pair<E, std::string_view>>;

/// One documented field of an operator: its name in JSON, the member, and what it may hold. An operator lists its fields
/// once, and checks, JSON and errors follow from that:
/// @code
///   static auto settings() { return std::tuple{setting("margin", &Crop::margin, above(0))}; }
/// @endcode
template <class Op, class Field, class Limits>
struct Setting {
  std::string_view name;
  Field Op::*member;
  Limits limits;
};

template <class Op, class Field>
auto setting(std::string_view name, Field Op::*member, Range range = {}) {
  return Setting<Op, Field, Range>{name, member, range};
}

template <class Op, class E>
  requires std::is_enum_v<E>
auto setting(std::string_view name, E Op::*member, Choices<E> choices) {
  return Setting<Op, E, Choices<E>>{name, member, std::move(choices)};
}

template <class Op>
concept HasSettings = requires { Op::settings(); };

/// Says of an operator what no single field can: `accept` above `review`. Throws Error (InvalidSetting).
template <class Op>
concept HasCheck = requires(const Op& op) { op.check(); };

namespace detail {

[[noreturn]] WORKFLOW_EXPORT void setting_out_of_range(std::string_view name, const Range& range, double got);
[[noreturn]] WORKFLOW_EXPORT void setting_of_wrong_type(std::string_view name, std::string_view wanted, const Json& got);
[[noreturn]] WORKFLOW_EXPORT void unknown_choice(std::string_view name, const std::vector<std::string_view>& choices, std::string_view got);
/// Says of what a type of its own refused which setting it was.
[[noreturn]] WORKFLOW_EXPORT void unreadable_setting(std::string_view name, const Error& why);
/// Throws for members of `settings` that are not among `known`, with the nearest name.
WORKFLOW_EXPORT void refuse_unknown_settings(const Json& settings, const std::vector<std::string_view>& known);

template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};
template <class T>
struct IsVector : std::false_type {};
template <class T>
struct IsVector<std::vector<T>> : std::true_type {};
template <class T>
struct IsMap : std::false_type {};
template <class T>
struct IsMap<std::map<std::string, T>> : std::true_type {};

/// A value of several parts that reads and writes itself, and throws Error for what it cannot be.
template <class T>
concept HasJsonForm = requires(const T& value, const Json& json) {
  { value.to_json() } -> std::same_as<Json>;
  { T::from_json(json) } -> std::same_as<T>;
};

template <class T>
void check_value(std::string_view name, const T& value, const Range& range) {
  if constexpr (std::is_arithmetic_v<T> && !std::is_same_v<T, bool>) {
    if (!range.holds(static_cast<double>(value))) setting_out_of_range(name, range, static_cast<double>(value));
  } else if constexpr (IsOptional<T>::value) {
    if (value) check_value(name, *value, range);
  } else if constexpr (IsVector<T>::value) {
    for (const auto& item : value) check_value(name, item, range);
  } else if constexpr (IsMap<T>::value) {
    for (const auto& [key, item] : value) check_value(std::string(name) + "." + key, item, range);
  } else if constexpr (std::is_same_v<T, Box>) {
    for (const float edge : {value.left, value.top, value.right, value.bottom}) check_value(name, edge, range);
  } else if constexpr (std::is_same_v<T, Point>) {
    for (const float side : {value.x, value.y}) check_value(name, side, range);
  }
}

template <class T>
Json to_json(const T& value) {
  if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>) {
    return static_cast<std::int64_t>(value);
  } else if constexpr (IsOptional<T>::value) {
    return value ? to_json(*value) : Json();
  } else if constexpr (IsVector<T>::value) {
    Json list = Json::array();
    for (const auto& item : value) list.push_back(to_json(item));
    return list;
  } else if constexpr (IsMap<T>::value) {
    Json members = Json::object();
    for (const auto& [key, item] : value) members[key] = to_json(item);
    return members;
  } else if constexpr (std::is_same_v<T, Box>) {
    return Json::array({value.left, value.top, value.right, value.bottom});
  } else if constexpr (std::is_same_v<T, Point>) {
    return Json::array({value.x, value.y});
  } else if constexpr (HasJsonForm<T>) {
    return value.to_json();
  } else {
    return Json(value);
  }
}

template <class T>
void read_json(std::string_view name, const Json& json, T& value) {
  if constexpr (std::is_same_v<T, Json>) {
    value = json;
  } else if constexpr (std::is_same_v<T, bool>) {
    if (!json.is_boolean()) setting_of_wrong_type(name, "true or false", json);
    value = json.boolean();
  } else if constexpr (std::is_integral_v<T>) {
    if (!json.is_integer()) setting_of_wrong_type(name, "a whole number", json);
    if (!std::in_range<T>(json.integer())) setting_of_wrong_type(name, "a smaller number", json);
    value = static_cast<T>(json.integer());
  } else if constexpr (std::is_floating_point_v<T>) {
    if (!json.is_number()) setting_of_wrong_type(name, "a number", json);
    value = static_cast<T>(json.number());
  } else if constexpr (std::is_same_v<T, std::string>) {
    if (!json.is_string()) setting_of_wrong_type(name, "a string", json);
    value = json.string();
  } else if constexpr (IsOptional<T>::value) {
    value.reset();
    if (!json.is_null()) read_json(name, json, value.emplace());
  } else if constexpr (IsVector<T>::value) {
    if (!json.is_array()) setting_of_wrong_type(name, "a list", json);
    value.clear();
    for (const Json& item : json.items()) read_json(name, item, value.emplace_back());
  } else if constexpr (IsMap<T>::value) {
    if (!json.is_object()) setting_of_wrong_type(name, "an object", json);
    value.clear();
    for (const auto& [key, item] : json.members()) read_json(name, item, value[key]);
  } else if constexpr (std::is_same_v<T, Box>) {
    std::vector<float> edges;
    read_json(name, json, edges);
    if (edges.size() != 4) setting_of_wrong_type(name, "four edges: left, top, right, bottom", json);
    value = {edges[0], edges[1], edges[2], edges[3]};
  } else if constexpr (std::is_same_v<T, Point>) {
    std::vector<float> sides;
    read_json(name, json, sides);
    if (sides.size() != 2) setting_of_wrong_type(name, "two numbers: x, y", json);
    value = {sides[0], sides[1]};
  } else if constexpr (HasJsonForm<T>) {
    try {
      value = T::from_json(json);
    } catch (const Error& error) {
      unreadable_setting(name, error);
    }
  } else {
    static_assert(std::is_same_v<T, void>,
                  "a setting is a bool, number, string, Box, Point, enum, Json, a type with to_json() and a static from_json(Json), or an "
                  "optional, vector or map of those");
  }
}

template <class Op, class Field>
Json setting_to_json(const Op& op, const Setting<Op, Field, Range>& it) {
  return to_json(op.*it.member);
}
template <class Op, class E>
Json setting_to_json(const Op& op, const Setting<Op, E, Choices<E>>& it) {
  for (const auto& [value, word] : it.limits)
    if (value == op.*it.member) return word;
  unknown_choice(it.name, {}, std::to_string(static_cast<long long>(op.*it.member)));
}

template <class Op, class Field>
void check_setting(const Op& op, const Setting<Op, Field, Range>& it) {
  check_value(it.name, op.*it.member, it.limits);
}
template <class Op, class E>
void check_setting(const Op& op, const Setting<Op, E, Choices<E>>& it) {
  static_cast<void>(setting_to_json(op, it));
}

template <class Op, class Field>
void read_setting(Op& op, const Setting<Op, Field, Range>& it, const Json& json) {
  read_json(it.name, json, op.*it.member);
}
template <class Op, class E>
void read_setting(Op& op, const Setting<Op, E, Choices<E>>& it, const Json& json) {
  if (!json.is_string()) setting_of_wrong_type(it.name, "a word", json);
  std::vector<std::string_view> words;
  for (const auto& [value, word] : it.limits) {
    if (word == json.string()) {
      op.*it.member = value;
      return;
    }
    words.push_back(word);
  }
  unknown_choice(it.name, words, json.string());
}

}  // namespace detail

/// Throws Error (InvalidSetting) for the first setting that is out of its range.
template <class Op>
void check_settings(const Op& op) {
  if constexpr (HasSettings<Op>)
    std::apply([&](const auto&... each) { (detail::check_setting(op, each), ...); }, Op::settings());
  if constexpr (HasCheck<Op>) op.check();
}

/// An operator's settings as JSON, every one of them.
template <HasSettings Op>
Json settings_to_json(const Op& op) {
  Json json = Json::object();
  std::apply([&](const auto&... each) { ((json[each.name] = detail::setting_to_json(op, each)), ...); }, Op::settings());
  return json;
}

/// Reads what settings_to_json wrote; what is not named keeps its default. Throws Error (InvalidSetting) for an unknown
/// name, a wrong type or a value out of range.
template <HasSettings Op>
Op settings_from_json(const Json& json) {
  Op op{};
  std::apply(
      [&](const auto&... each) {
        detail::refuse_unknown_settings(json, {each.name...});
        ((json.find(each.name) ? detail::read_setting(op, each, json.at(each.name)) : void()), ...);
      },
      Op::settings());
  check_settings(op);
  return op;
}

}  // namespace workflow
