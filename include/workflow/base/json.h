#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "workflow/base/export.h"

namespace workflow {

/// A JSON value: plain data that keeps the order of its members. A type of our own only because including a whole
/// JSON library costs every host 2.4 s a file; reading and printing are nlohmann-json's, behind the wall.
/// @code
///   Json settings = Json::object({{"margin", 1.2}, {"square", true}});
///   double margin = settings.at("margin").number();
/// @endcode
/// Integers keep 64 bits. NaN and infinities print as null, as JSON has no word for them. Asking for another type than
/// is there throws Error (TypeMismatch); a missing member throws Error (NotFound).
class WORKFLOW_EXPORT Json {
 public:
  using Member = std::pair<std::string, Json>;

  Json() = default;
  Json(std::nullptr_t) {}
  Json(bool value) : value_(value) {}
  Json(int value) : value_(static_cast<std::int64_t>(value)) {}
  Json(std::int64_t value) : value_(value) {}
  Json(std::size_t value) : value_(static_cast<std::int64_t>(value)) {}
  Json(double value) : value_(value) {}
  Json(float value);  ///< as the shortest decimal that reads back as the same float
  Json(const char* value) : value_(std::string(value)) {}
  Json(std::string_view value) : value_(std::string(value)) {}
  Json(std::string value) : value_(std::move(value)) {}

  static Json array(std::vector<Json> items = {});
  static Json object(std::initializer_list<Member> members = {});

  /// Reads a text. Throws Error (Unreadable) with line and column; nesting deeper than 200 and a member that stands twice
  /// in its object are refused. An integer beyond 64 bits becomes a double.
  static Json parse(std::string_view text);

  /// `indent` < 0 gives one line. Text that is not UTF-8 is printed with replacement characters.
  std::string dump(int indent = -1) const;

  bool is_null() const { return std::holds_alternative<std::monostate>(value_); }
  bool is_boolean() const { return std::holds_alternative<bool>(value_); }
  bool is_number() const { return is_integer() || std::holds_alternative<double>(value_); }
  bool is_integer() const { return std::holds_alternative<std::int64_t>(value_); }
  bool is_string() const { return std::holds_alternative<std::string>(value_); }
  bool is_array() const { return std::holds_alternative<std::vector<Json>>(value_); }
  bool is_object() const { return std::holds_alternative<std::vector<Member>>(value_); }
  std::string_view type_name() const;

  bool boolean() const;
  double number() const;
  std::int64_t integer() const;
  const std::string& string() const;
  const std::vector<Json>& items() const;
  const std::vector<Member>& members() const;

  /// Members of an object or items of an array; 0 for everything else.
  std::size_t size() const;

  bool contains(std::string_view key) const { return find(key) != nullptr; }
  const Json* find(std::string_view key) const;  ///< null where there is none
  const Json& at(std::string_view key) const;
  const Json& at(std::size_t index) const;

  Json& operator[](std::string_view key);  ///< of an object (null becomes one); adds the member where it is missing
  void push_back(Json item);               ///< to an array (null becomes one)

  friend bool operator==(const Json&, const Json&) = default;

 private:
  class Reader;

  std::variant<std::monostate, bool, std::int64_t, double, std::string, std::vector<Json>, std::vector<Member>> value_;
};

}  // namespace workflow
