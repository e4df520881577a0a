#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>

#include "train/dataset_folds.h"
#include "train/shuffle.h"
#include "workflow/base/error.h"

namespace workflow {
namespace {

using Places = std::vector<std::size_t>;

// Inputs that stay together.
std::vector<Places> units_of(const Dataset& dataset) {
  std::vector<Places> units;
  std::map<std::string_view, std::size_t> known;
  for (std::size_t i = 0; i < dataset.size(); ++i) {
    const std::string& group = dataset[i].group;
    const auto [found, is_new] = group.empty() ? std::pair{known.end(), true} : known.emplace(group, units.size());
    if (is_new)
      units.push_back({i});
    else
      units[found->second].push_back(i);
  }
  return units;
}

// The units in an order in which those of equal labels stand together, shuffled among themselves: every k-th of it is a
// stratified sample (systematic sampling), to within one unit of each set of labels.
std::vector<Places> in_strata(const Dataset& dataset, std::uint64_t seed) {
  using Key = std::pair<std::vector<std::uint32_t>, std::vector<std::uint32_t>>;
  std::map<Key, std::vector<Places>> strata;
  for (Places& unit : units_of(dataset)) {
    const auto positive = dataset.positive(unit.front()), negative = dataset.negative(unit.front());
    strata[{{positive.begin(), positive.end()}, {negative.begin(), negative.end()}}].push_back(std::move(unit));
  }
  std::mt19937_64 random(seed);
  std::vector<Places> ordered;
  for (auto& [labels, units] : strata) {
    shuffle(units, random);
    std::move(units.begin(), units.end(), std::back_inserter(ordered));
  }
  return ordered;
}

// A concept that only held-out units show is one that cannot be learnt: the first of them is trained on instead.
void leave_none_out(const Dataset& dataset, const std::vector<Places>& units, std::vector<bool>& is_held_out) {
  std::vector<bool> is_trained(dataset.concepts().size());
  const auto mark = [&](const Places& unit) {
    for (const std::size_t i : unit)
      for (const std::uint32_t each : dataset.positive(i)) is_trained[each] = true;
  };
  for (std::size_t u = 0; u < units.size(); ++u)
    if (!is_held_out[u]) mark(units[u]);
  for (std::size_t u = 0; u < units.size(); ++u) {
    if (!is_held_out[u]) continue;
    const bool is_missed = std::any_of(units[u].begin(), units[u].end(), [&](std::size_t i) {
      const auto shown = dataset.positive(i);
      return std::any_of(shown.begin(), shown.end(), [&](std::uint32_t each) { return !is_trained[each]; });
    });
    if (!is_missed) continue;
    is_held_out[u] = false;
    mark(units[u]);
  }
}

// In the data set's own order, so that a run over it reads the disk as it lies.
Places held_out_places(const Dataset& dataset, const std::vector<Places>& units, std::vector<bool> is_held_out) {
  leave_none_out(dataset, units, is_held_out);
  Places held_out;
  for (std::size_t u = 0; u < units.size(); ++u)
    if (is_held_out[u]) held_out.insert(held_out.end(), units[u].begin(), units[u].end());
  std::sort(held_out.begin(), held_out.end());
  return held_out;
}

Split parted(const Dataset& dataset, const Places& held_out) {
  Places train;
  for (std::size_t i = 0, next = 0; i < dataset.size(); ++i) {
    if (next < held_out.size() && held_out[next] == i)
      ++next;
    else
      train.push_back(i);
  }
  return {dataset.subset(train), dataset.subset(held_out)};
}

}  // namespace

std::vector<Places> held_out_folds(const Dataset& dataset, int folds, std::uint64_t seed) {
  const auto units = in_strata(dataset, seed);
  std::vector<Places> parts;
  for (std::size_t fold = 0; fold < static_cast<std::size_t>(folds); ++fold) {
    std::vector<bool> is_held_out(units.size());
    for (std::size_t u = fold; u < units.size(); u += static_cast<std::size_t>(folds)) is_held_out[u] = true;
    parts.push_back(held_out_places(dataset, units, std::move(is_held_out)));
  }
  return parts;
}

Split Dataset::split(const SplitOptions& options) const {
  if (!(options.held_out > 0 && options.held_out < 1))
    throw Error(ErrorCode::InvalidSetting, "Dataset::split",
                fmt::format("held_out: wanted a share above 0 and below 1, got {}", options.held_out));
  const auto units = in_strata(*this, options.seed);
  std::vector<bool> is_held_out(units.size());
  const double share = options.held_out;
  // The phase is half a step, so that a share rounds to the nearest number of units.
  double owed = 0.5;
  for (std::size_t u = 0; u < units.size(); ++u) {
    owed += share;
    if (owed >= 1) {
      is_held_out[u] = true;
      owed -= 1;
    }
  }
  return parted(*this, held_out_places(*this, units, std::move(is_held_out)));
}

std::vector<Split> Dataset::k_folds(int folds, std::uint64_t seed) const {
  if (folds < 2 || folds > 100)
    throw Error(ErrorCode::InvalidSetting, "Dataset::k_folds", fmt::format("wanted 2 to 100 folds, got {}", folds));
  std::vector<Split> splits;
  for (const Places& held_out : held_out_folds(*this, folds, seed)) splits.push_back(parted(*this, held_out));
  return splits;
}

}  // namespace workflow
