#include "workflow/operators/bands.h"

#include <fmt/format.h>

#include <set>

namespace workflow {
namespace {

float limit(const std::map<std::string, float>& each, const std::string& name, float otherwise) {
  const auto found = each.find(name);
  return found == each.end() ? otherwise : found->second;
}

}  // namespace

void Band::check() const {
  std::set<std::string> names = {""};  // no concept is called so: the limits for all
  for (const auto& [name, value] : accept_each) names.insert(name);
  for (const auto& [name, value] : review_each) names.insert(name);
  for (const std::string& name : names) {
    const float high = limit(accept_each, name, accept);
    const float low = limit(review_each, name, review);
    if (low >= high)
      throw Error(ErrorCode::InvalidSetting, kind,
                  fmt::format("review{}: wanted below accept ({:g}), got {:g}", name.empty() ? "" : " of \"" + name + "\"", high, low));
  }
}

std::optional<Concepts> Band::operator()(const Concepts& concepts) const {
  std::vector<Concept> taken;
  for (const Concept& it : concepts) {
    if (!(it.score >= 0 && it.score <= 1))
      throw Error(ErrorCode::InvalidValue, kind, fmt::format("wanted a score in 0..1, got {:g} for \"{}\"", it.score, it.name));
    const Which band = it.score >= limit(accept_each, it.name, accept)   ? Which::Accept
                       : it.score >= limit(review_each, it.name, review) ? Which::Review
                                                                         : Which::Rest;
    if (band == which) taken.push_back(it);
  }
  if (taken.empty()) return std::nullopt;
  return Concepts(std::move(taken));
}

BandPorts Bands::ports(const Port<Concepts>& port) const {
  const auto band = [&](Band::Which which) {
    return port.then(Band{.accept = accept, .review = review, .accept_each = accept_each, .review_each = review_each, .which = which});
  };
  return {band(Band::Which::Accept), band(Band::Which::Review), band(Band::Which::Rest)};
}

}  // namespace workflow
