#include "workflow/graph/score_route.h"

#include <fmt/format.h>

#include <algorithm>

namespace workflow {

ScoreRange ScoreRange::in_both(const ScoreRange& other) const {
  ScoreRange both = *this;
  if (other.low > low || (other.low == low && !other.with_low)) {
    both.low = other.low;
    both.with_low = other.with_low;
  }
  if (other.high < high || (other.high == high && !other.with_high)) {
    both.high = other.high;
    both.with_high = other.with_high;
  }
  return both;
}

std::string ScoreRange::to_string() const {
  if (low == high) return fmt::format("{:.2f}", low);
  return fmt::format("{}{:.2f}, {:.2f}{}", with_low ? '[' : '(', low, high, with_high ? ']' : ')');
}

std::optional<ScoreRange> ScoreRoute::of(std::string_view name) const {
  const auto found = each.find(name);
  std::optional<ScoreRange> range = found == each.end() ? others : std::optional(found->second);
  return range && range->empty() ? std::nullopt : range;
}

ScoreRoute ScoreRoute::then(const ScoreRoute& next) const {
  const auto both = [](const std::optional<ScoreRange>& a, const std::optional<ScoreRange>& b) -> std::optional<ScoreRange> {
    if (!a || !b || a->in_both(*b).empty()) return std::nullopt;
    return a->in_both(*b);
  };
  ScoreRoute route{.others = both(others, next.others), .each = {}};
  for (const ScoreRoute* from : {this, &next}) {
    for (const auto& [name, range] : from->each) {
      const std::optional<ScoreRange> passed = both(of(name), next.of(name));
      // An empty range says that this one is taken out while the others may pass.
      route.each.insert_or_assign(name, passed.value_or(ScoreRange{.low = 1, .high = 0}));
    }
  }
  return route;
}

bool ScoreRoute::is_dead(const std::vector<std::string>* names) const {
  if (names) return std::none_of(names->begin(), names->end(), [&](const std::string& name) { return of(name).has_value(); });
  if (others && !others->empty()) return false;
  return std::all_of(each.begin(), each.end(), [](const auto& it) { return it.second.empty(); });
}

}  // namespace workflow
