#include "workflow/graph/drawing.h"

#include "workflow/graph/operation.h"

namespace workflow {

bool Drawing::is_over(LevelId above, LevelId level) const {
  while (levels[level].depth > levels[above].depth) level = levels[level].parent;
  return level == above;
}

std::optional<LevelId> Drawing::over(LevelId level, int up) const {
  if (up < 0 || static_cast<std::uint32_t>(up) > levels[level].depth) return std::nullopt;
  for (; up > 0; --up) level = levels[level].parent;
  return level;
}

std::optional<StepId> Drawing::nearest_ancestor(StepId from, const ValueType& type, LevelId under) const {
  // Values on a level that is not over `under` are passed over: a group step left that level, and its items are no ancestors.
  const auto fits = [&](StepId step) { return steps[step].type == type && is_over(steps[step].level, under); };
  StepId at = from;
  while (!steps[at].from.empty()) {
    // A second port that may lack a value is nobody's ancestor.
    const bool whole = !steps[at].operation->shape().beside_may_lack;
    for (std::size_t second = 1; second < steps[at].from.size() && whole; ++second)
      if (fits(steps[at].from[second])) return steps[at].from[second];
    at = steps[at].from.front();
    if (fits(at)) return at;
  }
  return std::nullopt;
}

std::optional<StepId> Drawing::find(std::string_view step) const {
  for (StepId at = 0; at < steps.size(); ++at)
    if (steps[at].name == step) return at;
  return std::nullopt;
}

std::vector<std::string_view> Drawing::step_names() const {
  std::vector<std::string_view> names;
  for (const Step& step : steps) names.push_back(step.name);
  return names;
}

}  // namespace workflow
