#include "workflow/values/concepts.h"

#include <algorithm>

#include "workflow/base/error.h"

namespace workflow {

Concepts::Concepts(std::vector<Concept> list) : list_(std::move(list)) {
  std::sort(list_.begin(), list_.end(), [](const Concept& a, const Concept& b) {
    // A NaN sorts last, so that the order stays total and `top()` is a number where there is one.
    const bool a_is_nan = a.score != a.score;
    const bool b_is_nan = b.score != b.score;
    if (a_is_nan || b_is_nan) return a_is_nan == b_is_nan ? a.name < b.name : b_is_nan;
    return a.score != b.score ? a.score > b.score : a.name < b.name;
  });
}

const Concept& Concepts::top() const {
  if (list_.empty()) throw Error(ErrorCode::NotFound, "Concepts::top", "wanted at least one concept, got none; ask empty() first");
  return list_.front();
}

const Concept* Concepts::find(std::string_view name) const {
  const auto found = std::find_if(list_.begin(), list_.end(), [&](const Concept& it) { return it.name == name; });
  return found == list_.end() ? nullptr : &*found;
}

float Concepts::score(std::string_view name) const {
  const Concept* found = find(name);
  return found ? found->score : 0.0f;
}

}  // namespace workflow
