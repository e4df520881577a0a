#include "workflow/operators/map_concepts.h"

#include <algorithm>
#include <map>

#include "operators/scores.h"

namespace workflow {
namespace {

float merged(const std::vector<float>& scores, MapConcepts::Merge merge) {
  double sum = 0;
  double none = 1;
  for (const float score : scores) {
    sum += static_cast<double>(score);
    none *= 1 - static_cast<double>(score);
  }
  switch (merge) {
    case MapConcepts::Merge::Mean: return static_cast<float>(sum / static_cast<double>(scores.size()));
    // One source keeps its score to the last bit.
    case MapConcepts::Merge::NoisyOr: return scores.size() == 1 ? scores.front() : static_cast<float>(1 - none);
    case MapConcepts::Merge::Max: break;
  }
  return *std::max_element(scores.begin(), scores.end());
}

}  // namespace

Concepts MapConcepts::operator()(const Concepts& concepts) const {
  std::map<std::string, std::vector<float>> scores;
  for (const Concept& it : concepts) {
    check_score(it, kind);
    if (!relations.knows(it.name)) {
      if (unmapped == Unmapped::Keep) scores[it.name].push_back(it.score);
      continue;
    }
    const std::string said = relations.said(it.name);
    scores[said].push_back(it.score);
    if (roll_up == RollUp::Hypernyms)
      for (const std::string& hypernym : relations.hypernyms(said, transitive)) scores[hypernym].push_back(it.score);
  }
  std::vector<Concept> mapped;
  for (const auto& [name, sources] : scores) mapped.push_back({name, merged(sources, merge)});
  return Concepts(std::move(mapped));
}

std::vector<std::string> MapConcepts::rename(const std::vector<std::string>& labels) const {
  std::vector<Concept> all;
  for (const std::string& label : labels) all.push_back({label, 1.0f});
  std::vector<std::string> names;
  for (const Concept& it : (*this)(Concepts(std::move(all)))) names.push_back(it.name);
  return names;
}

Region MapConcepts::operator()(const Region& region) const {
  Region mapped = region;
  mapped.concepts = (*this)(region.concepts);
  return mapped;
}

}  // namespace workflow
