#include "workflow/operators/regex.h"

namespace workflow {

void Regex::check() const {
  if (patterns.empty()) throw Error(ErrorCode::InvalidSetting, kind, "patterns: wanted at least one, got none");
  for (const auto& [name, pattern] : patterns) {
    try {
      pattern.check();
    } catch (const Error& error) {
      detail::unreadable_setting("patterns." + name, error);
    }
  }
}

Concepts Regex::operator()(const Text& text) const {
  std::vector<Concept> found;
  for (const auto& [name, pattern] : patterns)
    if (pattern.is_in(text.text)) found.push_back({name, 1.0f});
  return Concepts(std::move(found));
}

}  // namespace workflow
