#include "workflow/operators/nearest.h"

#include <algorithm>
#include <map>

#include "operators/embeddings.h"

namespace workflow {

void Nearest::check() const {
  if (examples.empty()) throw Error(ErrorCode::InvalidSetting, kind, "examples: wanted at least one example, got none");
}

Concepts Nearest::operator()(const Embedding& embedding) const {
  check_embedding(embedding, examples.length(), kind);
  struct Near {
    double weight;
    std::size_t example;
  };
  std::vector<Near> near;
  near.reserve(examples.size());
  for (std::size_t i = 0; i < examples.size(); ++i) {
    const Embedding& known = examples[i].embedding;
    near.push_back({metric == Metric::Cosine ? std::max(0.0, static_cast<double>(cosine(embedding, known)))
                                             : 1 / (1 + static_cast<double>(distance(embedding, known))),
                    i});
  }
  const auto count = static_cast<std::ptrdiff_t>(std::min(near.size(), static_cast<std::size_t>(k)));
  std::partial_sort(near.begin(), near.begin() + count, near.end(), [](const Near& a, const Near& b) {
    return a.weight != b.weight ? a.weight > b.weight : a.example < b.example;
  });

  std::map<std::string, double> votes;
  double all = 0;
  for (auto it = near.begin(); it != near.begin() + count; ++it) {
    votes[examples[it->example].concept_name] += it->weight;
    all += it->weight;
  }
  std::vector<Concept> concepts;
  for (const auto& [name, weight] : votes)
    if (weight > 0) concepts.push_back({name, static_cast<float>(weight / all)});
  return Concepts(std::move(concepts));
}

}  // namespace workflow
