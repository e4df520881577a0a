#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "workflow/base/json.h"

namespace workflow {

/// A regular expression in RE2's syntax (Perl's without what needs backtracking), on UTF-8. Looking takes time in proportion
/// to the text, whatever the pattern: nothing that a user writes here can hang. `(?i)` ignores case. Copies share what was
/// compiled; const use is thread-safe.
/// @code
///   Pattern order_number = R"(\b[A-Z]{2}-\d{4}\b)";
///   order_number.is_in("about AB-1234");   // true
/// @endcode
class WORKFLOW_EXPORT Pattern {
 public:
  Pattern() : Pattern(std::string()) {}
  Pattern(std::string text);
  Pattern(const char* text) : Pattern(std::string(text)) {}

  const std::string& text() const { return text_; }

  /// Throws Error (InvalidSetting) with RE2's reason where it does not compile, is empty, or takes more than 8 MB.
  void check() const;

  /// Whether it matches somewhere in a text. Throws Error as check() does.
  bool is_in(std::string_view text) const;

  /// A string. The other way throws Error (InvalidSetting) for what is none, or does not compile.
  Json to_json() const { return text_; }
  static Pattern from_json(const Json& json);

 private:
  struct Compiled;
  std::string text_;
  std::shared_ptr<const Compiled> compiled_;
};

}  // namespace workflow
