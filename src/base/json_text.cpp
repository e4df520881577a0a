// Json to text and back.

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "base/in_quotes.h"
#include "workflow/base/error.h"
#include "workflow/base/json.h"

namespace workflow {
namespace {

constexpr std::size_t deepest = 200;

// Walks the text and tells how far nlohmann's lexer has come, as its handlers are not told.
struct Cursor {
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  const char* at;
  const char** reached;

  reference operator*() const { return *at; }
  Cursor& operator++() {
    *reached = ++at;
    return *this;
  }
  friend bool operator==(const Cursor& a, const Cursor& b) { return a.at == b.at; }
};

// "[json.exception.parse_error.101] parse error at line 1, column 2: syntax error while ..." -> "syntax error while ...".
std::string cause(std::string text) {
  if (const auto tag = text.find("] "); tag != std::string::npos) text.erase(0, tag + 2);
  if (text.rfind("parse error", 0) == 0) {
    if (const auto colon = text.find(": "); colon != std::string::npos) text.erase(0, colon + 2);
  }
  return text;
}

}  // namespace

// What nlohmann's parser calls, by its names; it keeps no stack of calls, so depth is bounded here alone.
class Json::Reader {
 public:
  explicit Reader(std::string_view text) : text_(text), reached_(text.data()) {}

  Json read() {
    // nlohmann takes a zero byte for the end of the text.
    if (const auto zero = text_.find('\0'); zero != std::string_view::npos) {
      reached_ = text_.data() + zero + 1;
      fail("a zero byte");
    }
    const char* const begin = text_.data();
    nlohmann::json::sax_parse(Cursor{begin, &reached_}, Cursor{begin + text_.size(), &reached_}, this);
    return std::move(root_);
  }

  bool null() { return add(Json()); }
  bool boolean(bool value) { return add(Json(value)); }
  bool number_integer(std::int64_t value) { return add(Json(value)); }
  bool number_unsigned(std::uint64_t value) {
    if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
      return add(Json(static_cast<double>(value)));
    return add(Json(static_cast<std::int64_t>(value)));
  }
  bool number_float(double value, const std::string&) { return add(Json(value)); }
  bool string(std::string& value) { return add(Json(std::move(value))); }
  bool binary(std::vector<std::uint8_t>&) { return false; }
  bool key(std::string& value) {
    std::get<std::vector<Member>>(open_.back()->value_).emplace_back(std::move(value), Json());
    return true;
  }
  bool start_object(std::size_t) { return enter(Json::object()); }
  bool start_array(std::size_t) { return enter(Json::array()); }
  bool end_array() {
    open_.pop_back();
    return true;
  }
  bool end_object() {
    std::vector<std::string_view> names;
    names.reserve(open_.back()->size());
    for (const auto& member : open_.back()->members()) names.push_back(member.first);
    std::sort(names.begin(), names.end());
    const auto twice = std::adjacent_find(names.begin(), names.end());
    if (twice != names.end()) fail(fmt::format("member {} stands twice in this object", in_quotes(*twice)));
    open_.pop_back();
    return true;
  }
  bool parse_error(std::size_t position, const std::string&, const std::exception& error) {
    // The lexer may have looked one byte further than where the fault lies; at the end it counts one too many.
    reached_ = text_.data() + std::min(position, text_.size());
    fail(cause(error.what()));
  }

 private:
  [[noreturn]] void fail(std::string_view what) const {
    const auto read = text_.substr(0, static_cast<std::size_t>(reached_ - text_.data()));
    const auto before = read.empty() ? read : read.substr(0, read.size() - 1);
    const auto line = std::count(before.begin(), before.end(), '\n') + 1;
    const auto column = std::max<std::size_t>(read.size(), 1) - (before.rfind('\n') + 1);
    throw Error(ErrorCode::Unreadable, "json", fmt::format("line {}, column {}: {}", line, column, what));
  }

  // Places the value and tells where it lies: a container's address holds while its parent is not added to.
  Json* place(Json value) {
    if (open_.empty()) {
      root_ = std::move(value);
      return &root_;
    }
    auto& parent = open_.back()->value_;
    if (auto* items = std::get_if<std::vector<Json>>(&parent)) return &items->emplace_back(std::move(value));
    Json& slot = std::get<std::vector<Member>>(parent).back().second;
    slot = std::move(value);
    return &slot;
  }
  bool add(Json value) {
    place(std::move(value));
    return true;
  }
  bool enter(Json container) {
    if (open_.size() >= deepest) fail(fmt::format("nested deeper than {}", deepest));
    open_.push_back(place(std::move(container)));
    return true;
  }

  std::string_view text_;
  const char* reached_;
  Json root_;
  std::vector<Json*> open_;
};

Json Json::parse(std::string_view text) { return Reader(text).read(); }

namespace {

class Printer {
 public:
  explicit Printer(int indent) : indent_(indent) {}

  void print(const Json& json) {
    if (json.is_null()) {
      out += "null";
    } else if (json.is_boolean()) {
      out += json.boolean() ? "true" : "false";
    } else if (json.is_integer()) {
      out += std::to_string(json.integer());
    } else if (json.is_number()) {
      print_number(json.number());
    } else if (json.is_string()) {
      print_string(json.string());
    } else if (json.is_array()) {
      print_all('[', json.items(), ']', [this](const Json& item) { print(item); });
    } else {
      print_all('{', json.members(), '}', [this](const Json::Member& member) {
        print_string(member.first);
        out += indent_ < 0 ? ":" : ": ";
        print(member.second);
      });
    }
  }

  std::string out;

 private:
  void print_number(double value) {
    if (!std::isfinite(value)) {
      out += "null";
      return;
    }
    const double size = std::abs(value);
    const bool plain = size == 0 || (size >= 1e-5 && size < 1e16);
    char digits[64];
    const auto end = std::to_chars(digits, digits + sizeof digits, value,
                                   plain ? std::chars_format::fixed : std::chars_format::scientific);
    const std::string_view text(digits, static_cast<std::size_t>(end.ptr - digits));
    out += text;
    // A number that was no integer must not come back as one.
    if (text.find_first_of(".e") == std::string_view::npos) out += ".0";
  }

  void print_string(const std::string& text) {
    out += nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  }

  template <class Items, class Print>
  void print_all(char open, const Items& items, char close, Print print_one) {
    if (++depth_ > deepest) {
      throw Error(ErrorCode::InvalidValue, "json", fmt::format("nested deeper than {}: no reader would take it", deepest));
    }
    out += open;
    bool first = true;
    for (const auto& item : items) {
      if (!std::exchange(first, false)) out += ',';
      new_line();
      print_one(item);
    }
    --depth_;
    if (!items.empty()) new_line();
    out += close;
  }

  void new_line() {
    if (indent_ < 0) return;
    out += '\n';
    out.append(depth_ * static_cast<std::size_t>(indent_), ' ');
  }

  int indent_;
  std::size_t depth_ = 0;
};

}  // namespace

std::string Json::dump(int indent) const {
  Printer printer(indent);
  printer.print(*this);
  return std::move(printer.out);
}

}  // namespace workflow
