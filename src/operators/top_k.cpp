#include "workflow/operators/top_k.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace workflow {

Concepts TopK::operator()(const Concepts& concepts) const {
  for (const Concept& it : concepts)
    if (std::isnan(it.score))
      throw Error(ErrorCode::InvalidValue, kind, fmt::format("wanted a score in 0..1, got NaN for \"{}\"", it.name));
  const auto count = std::min(concepts.size(), static_cast<std::size_t>(k));
  return Concepts(std::vector<Concept>(concepts.begin(), concepts.begin() + static_cast<std::ptrdiff_t>(count)));
}

std::vector<Region> TopK::operator()(Group<Region> regions) const {
  std::vector<Region> best(regions.begin(), regions.end());
  for (const Region& region : best)
    if (std::isnan(region.score)) throw Error(ErrorCode::InvalidValue, kind, "wanted a region's score in 0..1, got NaN");
  std::stable_sort(best.begin(), best.end(), [](const Region& a, const Region& b) { return a.score > b.score; });
  best.resize(std::min(best.size(), static_cast<std::size_t>(k)));
  return best;
}

}  // namespace workflow
