#include "workflow/operators/bands.h"

#include <fmt/format.h>

#include <set>

#include "operators/scores.h"

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

Band::Which Band::band_of(const Concept& it) const {
  check_score(it, kind);
  if (it.score >= limit(accept_each, it.name, accept)) return Which::Accept;
  return it.score >= limit(review_each, it.name, review) ? Which::Review : Which::Rest;
}

std::optional<Concepts> Band::operator()(const Concepts& concepts) const {
  std::vector<Concept> taken;
  for (const Concept& it : concepts)
    if (band_of(it) == which) taken.push_back(it);
  if (taken.empty()) return std::nullopt;
  return Concepts(std::move(taken));
}

ScoreRange Band::range(const std::string& name) const {
  const float high = limit(accept_each, name, accept);
  const float low = limit(review_each, name, review);
  switch (which) {
    case Which::Accept: return {.low = high};
    case Which::Review: return {.low = low, .high = high, .with_high = false};
    case Which::Rest: break;
  }
  return {.high = low, .with_high = false};
}

ScoreRoute Band::route() const {
  ScoreRoute route{.others = range(""), .each = {}};
  for (const auto& [name, value] : accept_each) route.each.insert_or_assign(name, range(name));
  for (const auto& [name, value] : review_each) route.each.insert_or_assign(name, range(name));
  return route;
}

std::vector<Reason> Band::why(const Concepts& concepts) const {
  std::vector<Reason> reasons;
  for (const Concept& it : concepts) {
    const Which band = band_of(it);
    const float high = limit(accept_each, it.name, accept);
    const float low = limit(review_each, it.name, review);
    // Of the three ports' steps, each speaks for its own concepts; the rest's are those that nothing is written for.
    if (band != which) continue;
    const std::string text = band == Which::Accept   ? fmt::format("{} {:.2f} >= accept {:.2f} -> accept", it.name, it.score, high)
                             : band == Which::Review ? fmt::format("{} {:.2f} < accept {:.2f} -> review", it.name, it.score, high)
                                                     : fmt::format("{} {:.2f} < review {:.2f} -> rest", it.name, it.score, low);
    reasons.push_back({.concept_name = it.name, .text = text});
  }
  return reasons;
}

BandPorts Bands::ports(const Port<Concepts>& port) const {
  const auto band = [&](Band::Which which) {
    return port.then(Band{.accept = accept, .review = review, .accept_each = accept_each, .review_each = review_each, .which = which});
  };
  return {band(Band::Which::Accept), band(Band::Which::Review), band(Band::Which::Rest)};
}

}  // namespace workflow
