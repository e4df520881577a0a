#include "workflow/operators/keywords.h"

#include <algorithm>

namespace workflow {

void Keywords::check() const {
  const auto& lists = words.words();
  if (std::all_of(lists.begin(), lists.end(), [](const auto& list) { return list.second.empty(); }))
    throw Error(ErrorCode::InvalidSetting, kind, "words: wanted at least one, got none");
}

Concepts Keywords::operator()(const Text& text) const {
  std::vector<Concept> found;
  for (std::string& name : words.found_in(text.text)) found.push_back({std::move(name), 1.0f});
  return Concepts(std::move(found));
}

}  // namespace workflow
