#include "workflow/operators/average.h"

#include <algorithm>
#include <map>

#include "operators/scores.h"

namespace workflow {

Concepts Average::operator()(const Concepts& first, const Concepts& second) const {
  std::map<std::string, double> sums;
  const auto add = [&](const Concepts& concepts, double share) {
    for (const Concept& it : concepts) {
      check_score(it, kind);
      sums[it.name] += share * static_cast<double>(it.score);
    }
  };
  add(first, static_cast<double>(weight));
  add(second, 1 - static_cast<double>(weight));
  std::vector<Concept> mean;
  for (const auto& [name, sum] : sums) mean.push_back({name, std::min(static_cast<float>(sum), 1.0f)});
  return Concepts(std::move(mean));
}

}  // namespace workflow
