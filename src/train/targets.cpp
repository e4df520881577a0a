#include "train/targets.h"

#include <algorithm>
#include <limits>
#include <unordered_map>

namespace workflow {
namespace {

constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();

}  // namespace

int Targets::of(std::size_t row, std::size_t concept_index) const {
  const Row& said = rows[row];
  if (std::binary_search(said.positive.begin(), said.positive.end(), concept_index)) return 1;
  return said.rest_is_negative || std::binary_search(said.negative.begin(), said.negative.end(), concept_index) ? 0 : -1;
}

TargetMaker::TargetMaker(const Dataset& dataset, const TargetRules& rules)
    : dataset_(dataset), fills_up_(rules.exclusive || rules.unsaid_is_negative) {
  std::unordered_map<std::string, std::uint32_t> places;
  for (const std::string& name : rules.concepts) places.emplace(name, static_cast<std::uint32_t>(places.size()));
  for (const std::string& name : dataset.concepts()) {
    const auto found = places.find(name);
    places_.push_back(found == places.end() ? none : found->second);
  }
}

Targets::Row TargetMaker::operator()(std::size_t place) const {
  Targets::Row row{translated(dataset_.positive(place)), translated(dataset_.negative(place)), false};
  // What shows a concept that the model does not have shows none of those that it has.
  row.rest_is_negative = fills_up_ && !dataset_.positive(place).empty();
  return row;
}

std::vector<std::uint32_t> TargetMaker::translated(std::span<const std::uint32_t> list) const {
  std::vector<std::uint32_t> found;
  for (const std::uint32_t each : list)
    if (places_[each] != none) found.push_back(places_[each]);
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace workflow
