#include "workflow/operators/threshold.h"

#include <fmt/format.h>

#include <cmath>

#include "operators/scores.h"

namespace workflow {
namespace {

bool compare(float score, Threshold::Comparison comparison, float limit) {
  switch (comparison) {
    case Threshold::Comparison::AtLeast: return score >= limit;
    case Threshold::Comparison::Above: return score > limit;
    case Threshold::Comparison::AtMost: return score <= limit;
    case Threshold::Comparison::Below: return score < limit;
    case Threshold::Comparison::Equal: break;
  }
  return std::abs(score - limit) <= 1e-6f;
}

std::string_view sign_of(Threshold::Comparison comparison, bool holds) {
  switch (comparison) {
    case Threshold::Comparison::AtLeast: return holds ? ">=" : "<";
    case Threshold::Comparison::Above: return holds ? ">" : "<=";
    case Threshold::Comparison::AtMost: return holds ? "<=" : ">";
    case Threshold::Comparison::Below: return holds ? "<" : ">=";
    case Threshold::Comparison::Equal: break;
  }
  return holds ? "=" : "!=";
}

}  // namespace

void Threshold::check() const {
  if (others == Others::Drop && per_concept.empty())
    throw Error(ErrorCode::InvalidSetting, kind, "others: drop leaves nothing, as per_concept names no concept; name some");
  if (!below || comparison == Comparison::AtMost || comparison == Comparison::Below) return;
  const auto check_limit = [&](const std::string& name, float limit) {
    if (limit >= *below)
      throw Error(ErrorCode::InvalidSetting, kind, fmt::format("below: wanted above {} ({:g}), got {:g}", name, limit, *below));
  };
  if (others == Others::Keep) check_limit("at_least", at_least);
  for (const auto& [name, limit] : per_concept) check_limit("per_concept of " + in_quotes(name), limit);
}

bool Threshold::passes(const Concept& it) const {
  check_score(it, kind);
  const auto own = per_concept.find(it.name);
  if (own == per_concept.end() && others == Others::Drop) return false;
  return compare(it.score, comparison, own == per_concept.end() ? at_least : own->second) && (!below || it.score < *below);
}

std::optional<Concepts> Threshold::operator()(const Concepts& concepts) const {
  std::vector<Concept> passing;
  for (const Concept& it : concepts)
    if (passes(it)) passing.push_back(it);
  if (passing.empty()) return std::nullopt;
  return Concepts(std::move(passing));
}

std::optional<Region> Threshold::operator()(const Region& region) const {
  std::optional<Concepts> passing = (*this)(region.concepts);
  if (!passing) return std::nullopt;
  Region passed = region;
  passed.concepts = std::move(*passing);
  return passed;
}

ScoreRoute Threshold::route() const {
  const auto range = [&](float limit) {
    ScoreRange passing{.high = below.value_or(1.0f), .with_high = !below};
    switch (comparison) {
      case Comparison::AtLeast: return passing.in_both({.low = limit});
      case Comparison::Above: return passing.in_both({.low = limit, .with_low = false});
      case Comparison::AtMost: return passing.in_both({.high = limit});
      case Comparison::Below: return passing.in_both({.high = limit, .with_high = false});
      case Comparison::Equal: break;
    }
    return passing.in_both({.low = limit, .high = limit});
  };
  ScoreRoute route = ScoreRoute::nothing();
  if (others == Others::Keep) route.others = range(at_least);
  for (const auto& [name, limit] : per_concept) route.each.emplace(name, range(limit));
  return route;
}

std::vector<Reason> Threshold::why(const Concepts& concepts) const {
  std::vector<Reason> reasons;
  for (const Concept& it : concepts) {
    const bool passed = passes(it);
    const auto own = per_concept.find(it.name);
    const float limit = own == per_concept.end() ? at_least : own->second;
    const bool holds = compare(it.score, comparison, limit);
    std::string text;
    if (own == per_concept.end() && others == Others::Drop)
      text = fmt::format("{} is not named -> dropped", it.name);
    else if (holds && !passed)
      text = fmt::format("{} {:.2f} >= below {:.2f} -> dropped", it.name, it.score, *below);
    else
      text = fmt::format("{} {:.2f} {} at_least {:.2f} -> {}", it.name, it.score, sign_of(comparison, holds), limit,
                         passed ? "kept" : "dropped");
    reasons.push_back({.concept_name = it.name, .text = std::move(text)});
  }
  return reasons;
}

std::vector<Reason> Threshold::why(const Region& region) const { return why(region.concepts); }

}  // namespace workflow
