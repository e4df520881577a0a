#include "workflow/values/pattern.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include "base/in_quotes.h"
#include "workflow/base/error.h"

namespace workflow {

struct Pattern::Compiled {
  explicit Compiled(const std::string& text) : expression(text, options()) {}

  static RE2::Options options() {
    RE2::Options options;
    options.set_log_errors(false);  // a library does not print
    return options;
  }

  RE2 expression;
};

Pattern::Pattern(std::string text) : text_(std::move(text)), compiled_(std::make_shared<const Compiled>(text_)) {}

void Pattern::check() const {
  if (text_.empty()) throw Error(ErrorCode::InvalidSetting, "pattern", "wanted a regular expression, got an empty string");
  if (!compiled_->expression.ok())
    throw Error(ErrorCode::InvalidSetting, "pattern",
                fmt::format("wanted a regular expression in RE2's syntax, got {}: {}", in_quotes(text_),
                            compiled_->expression.error()));
}

bool Pattern::is_in(std::string_view text) const {
  check();
  return RE2::PartialMatch({text.data(), text.size()}, compiled_->expression);
}

Pattern Pattern::from_json(const Json& json) {
  if (!json.is_string())
    throw Error(ErrorCode::InvalidSetting, "pattern",
                fmt::format("wanted a regular expression as a string, got {}", json.type_name()));
  Pattern pattern(json.string());
  pattern.check();
  return pattern;
}

}  // namespace workflow
