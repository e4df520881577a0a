#include "catalogue/module_literal.h"

#include <fmt/format.h>

#include <cstdint>

#include "base/in_quotes.h"
#include "workflow/base/error.h"

namespace workflow {
namespace {

constexpr std::string_view place = "import";

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Rewrites a JavaScript literal as JSON: names get quotes, `!0` and `!1` become words, numbers get their leading zero.
class Rewriter {
 public:
  Rewriter(std::string_view text, const std::string& file) : text_(text), file_(file) {}

  std::string json() {
    int depth = 0;
    do {
      const char c = peek();
      if (c == '{' || c == '[') ++depth;
      if (c == '}' || c == ']') --depth;
      if (c == '"') {
        copy_text();
      } else if (is_letter(c)) {
        copy_word();
      } else if (c == '!') {
        copy_flag();
      } else if (is_digit(c) || c == '-' || c == '.') {
        copy_number();
      } else if (std::string_view("{}[],:").find(c) != std::string_view::npos) {
        json_ += c;
        ++at_;
      } else {
        fail();
      }
    } while (depth > 0);
    return std::move(json_);
  }

 private:
  [[noreturn]] void fail() const {
    throw Error(ErrorCode::Unreadable, place,
                fmt::format("{}: byte {}: wanted a literal that stands for JSON", in_quotes(file_), at_));
  }
  char peek() const {
    if (at_ >= text_.size()) fail();
    return text_[at_];
  }

  void copy_text() {
    const std::size_t begin = at_++;
    while (peek() != '"') at_ += peek() == '\\' ? 2 : 1;
    ++at_;
    json_ += text_.substr(begin, at_ - begin);
  }

  void copy_word() {
    const std::size_t begin = at_;
    while (is_letter(peek()) || is_digit(peek())) ++at_;
    const std::string_view word = text_.substr(begin, at_ - begin);
    const bool is_name = peek() == ':';
    if (!is_name && word != "null" && word != "true" && word != "false") fail();
    json_ += is_name ? in_quotes(word) : std::string(word);
  }

  void copy_flag() {
    ++at_;
    if (peek() != '0' && peek() != '1') fail();
    json_ += text_[at_++] == '0' ? "true" : "false";
  }

  void copy_number() {
    if (peek() == '-') json_ += text_[at_++];
    if (peek() == '.') json_ += '0';
    while (is_digit(peek()) || std::string_view(".eE+-").find(peek()) != std::string_view::npos) json_ += text_[at_++];
  }

  std::string_view text_;
  const std::string& file_;
  std::size_t at_ = 0;
  std::string json_;
};

}  // namespace

Json exported_literal(std::string_view javascript, const std::string& file) {
  constexpr std::string_view assigned = "exports=";
  for (std::size_t at = javascript.find(assigned); at != std::string_view::npos; at = javascript.find(assigned, at)) {
    at += assigned.size();
    const std::string_view rest = javascript.substr(at);
    if (rest.starts_with('{') || rest.starts_with('[') || rest.starts_with('"'))
      return Json::parse(Rewriter(rest, file).json());
  }
  throw Error(ErrorCode::Unreadable, place, fmt::format("{}: wanted a module that exports a literal", in_quotes(file)));
}

std::vector<std::byte> base64_bytes(std::string_view text, const std::string& file) {
  while (text.ends_with('=')) text.remove_suffix(1);
  std::vector<std::byte> bytes;
  bytes.reserve(text.size() / 4 * 3 + 3);
  std::uint32_t bits = 0;
  int count = 0;  // of bits that are not written yet
  for (const char c : text) {
    constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const std::size_t digit = digits.find(c);
    if (digit == std::string_view::npos)
      throw Error(ErrorCode::Unreadable, place, fmt::format("{}: wanted base64", in_quotes(file)));
    bits = bits << 6U | static_cast<std::uint32_t>(digit);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes.push_back(static_cast<std::byte>(bits >> static_cast<unsigned>(count) & 0xFFU));
  }
  return bytes;
}

}  // namespace workflow
