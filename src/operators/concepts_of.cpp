#include "workflow/operators/concepts_of.h"

#include <algorithm>
#include <map>

#include "operators/scores.h"

namespace workflow {

Concepts ConceptsOf::operator()(const Hits& hits) const {
  std::map<std::string, double> best;
  std::map<std::string, double> sum;
  double weights = 0;
  for (const Hit& hit : hits) {
    check_score({hit.input_id, hit.score}, kind);
    const auto weight = static_cast<double>(hit.score);
    weights += weight;
    for (const Concept& it : hit.concepts) {
      check_score(it, kind);
      const double score = weight * static_cast<double>(it.score);
      best[it.name] = std::max(best[it.name], score);
      sum[it.name] += score;
    }
  }
  std::vector<Concept> concepts;
  for (const auto& [name, score] : by == By::Best ? best : sum) {
    const double scaled = by == By::Best ? score : weights > 0 ? std::min(score / weights, 1.0) : 0.0;
    concepts.push_back({name, static_cast<float>(scaled)});
  }
  return Concepts(std::move(concepts));
}

}  // namespace workflow
