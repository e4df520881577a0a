#include "graph/route_faults.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/in_quotes.h"

namespace workflow {
namespace {

struct Taken {
  const Way* way;
  ScoreRange scores;
};

// The ways that a concept may take, the lowest scores first.
std::vector<Taken> taken_by(std::span<const Way> ways, const std::string* name) {
  std::vector<Taken> taken;
  for (const Way& way : ways) {
    const std::optional<ScoreRange> scores = name ? way.route.of(*name) : way.route.others;
    if (scores && !scores->empty()) taken.push_back({&way, *scores});
  }
  std::stable_sort(taken.begin(), taken.end(), [](const Taken& a, const Taken& b) {
    return a.scores.low != b.scores.low ? a.scores.low < b.scores.low : a.scores.with_low && !b.scores.with_low;
  });
  return taken;
}

bool shares_a_place(const Way& a, const Way& b) {
  return std::any_of(a.writes_to.begin(), a.writes_to.end(), [&](const void* place) { return b.writes_to.contains(place); });
}

std::string of(const std::string* name) { return name ? " of " + in_quotes(*name) : ""; }

// The first hole between two ways.
std::optional<std::string> gap(const std::vector<Taken>& taken, const std::string* name) {
  for (std::size_t i = 1; i < taken.size(); ++i) {
    // Of those before, the one that reaches highest.
    const auto highest = std::max_element(taken.begin(), taken.begin() + static_cast<std::ptrdiff_t>(i), [](const Taken& a, const Taken& b) {
      return a.scores.high != b.scores.high ? a.scores.high < b.scores.high : !a.scores.with_high && b.scores.with_high;
    });
    const ScoreRange hole{.low = highest->scores.high,
                          .high = taken[i].scores.low,
                          .with_low = !highest->scores.with_high,
                          .with_high = !taken[i].scores.with_low};
    if (!hole.empty())
      return fmt::format("scores{} in {} take neither {} nor {}; close the gap, or use Bands, which takes every score once", of(name),
                         hole.to_string(), highest->way->step, taken[i].way->step);
  }
  return std::nullopt;
}

// The first two ways that take the same scores, and should not.
std::optional<std::string> overlap(const std::vector<Taken>& taken, const std::string* name) {
  for (std::size_t i = 0; i < taken.size(); ++i) {
    for (std::size_t k = i + 1; k < taken.size(); ++k) {
      const ScoreRange both = taken[i].scores.in_both(taken[k].scores);
      if (both.empty()) continue;
      if (shares_a_place(*taken[i].way, *taken[k].way))
        return fmt::format("scores{} in {} take both {} and {}, and both write them to the same place; set a limit, or use Bands", of(name),
                           both.to_string(), taken[i].way->step, taken[k].way->step);
      if (!taken[i].scores.holds(taken[k].scores) && !taken[k].scores.holds(taken[i].scores))
        return fmt::format("scores{} in {} take both {} and {}; set one's limit where the other's is", of(name), both.to_string(),
                           taken[i].way->step, taken[k].way->step);
    }
  }
  return std::nullopt;
}

}  // namespace

std::vector<std::string> route_faults(std::span<const Way> ways) {
  if (ways.size() < 2) return {};
  std::set<std::string> names;
  for (const Way& way : ways)
    for (const auto& [name, range] : way.route.each) names.insert(name);
  std::optional<std::string> first_gap;
  std::optional<std::string> first_overlap;
  const auto look = [&](const std::string* name) {
    const std::vector<Taken> taken = taken_by(ways, name);
    if (!first_gap) first_gap = gap(taken, name);
    if (!first_overlap) first_overlap = overlap(taken, name);
  };
  look(nullptr);
  for (const std::string& name : names) look(&name);
  std::vector<std::string> faults;
  if (first_gap) faults.push_back(*first_gap);
  if (first_overlap) faults.push_back(*first_overlap);
  return faults;
}

}  // namespace workflow
