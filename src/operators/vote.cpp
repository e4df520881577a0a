#include "workflow/operators/vote.h"

#include <cmath>
#include <map>

#include "operators/scores.h"

namespace workflow {

void Vote::check() const {
  if (first + second > 0 && std::isfinite(first + second)) return;
  throw Error(ErrorCode::InvalidSetting, kind, fmt::format("first, second: wanted weights of which one is above 0, got {:g} and {:g}", first, second));
}

Concepts Vote::operator()(const Concepts& a, const Concepts& b) const {
  for (const Concepts* each : {&a, &b})
    for (const Concept& it : *each) check_score(it, kind);
  std::map<std::string, double> votes;
  double all = 0;
  const auto give = [&](const std::string& name, double weight) {
    votes[name] += weight;
    all += weight;
  };
  if (counted)
    for (const Concept& it : a) give(it.name, static_cast<double>(first) * static_cast<double>(it.score));
  else if (!a.empty())
    give(a.top().name, static_cast<double>(first));
  if (!b.empty()) give(b.top().name, static_cast<double>(second));

  std::vector<Concept> shares;
  for (const auto& [name, weight] : votes)
    if (weight > 0) shares.push_back({name, static_cast<float>(weight / all)});
  return Concepts(std::move(shares));
}

}  // namespace workflow
