#include "base/nearest.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <vector>

namespace workflow {
namespace {

constexpr std::size_t longest_compared = 100;
constexpr std::size_t most_compared = 1000;

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row.back();
}

template <class Names>
std::string_view nearest_of(std::string_view wanted, const Names& names) {
  wanted = wanted.substr(0, longest_compared);
  std::string_view best;
  std::size_t least = wanted.size() / 2 + 1;
  for (const std::string_view name : std::span(names).first(std::min(names.size(), most_compared))) {
    const std::size_t distance = edit_distance(wanted, name.substr(0, longest_compared));
    if (distance < least) {
      least = distance;
      best = name;
    }
  }
  return best;
}

}  // namespace

std::string nearest_name(std::string_view wanted, std::span<const std::string> names) { return std::string(nearest_of(wanted, names)); }

std::string did_you_mean(std::string_view wanted, const std::vector<std::string_view>& names) {
  const std::string_view near = nearest_of(wanted, names);
  return near.empty() ? std::string() : fmt::format("; did you mean \"{}\"?", near);
}

}  // namespace workflow
