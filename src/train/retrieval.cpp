#include "train/retrieval.h"

#include <algorithm>
#include <vector>

namespace workflow {

void RetrievalMeasure::add(std::span<const float> likeness, std::span<const std::int64_t> labels, std::size_t query) {
  struct Found {
    float likeness;
    bool is_right;
  };
  std::vector<Found> found;
  found.reserve(labels.size());
  std::size_t right = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (i == query) continue;
    const bool is_right = labels[i] == labels[query];
    right += is_right ? 1 : 0;
    found.push_back({likeness[i], is_right});
  }
  if (right == 0) return;
  const std::size_t looked_at = std::min(found.size(), std::max<std::size_t>(right, 10));
  std::partial_sort(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(looked_at), found.end(),
                    [](const Found& a, const Found& b) {
                      return a.likeness != b.likeness ? a.likeness > b.likeness : a.is_right < b.is_right;
                    });
  const auto is_right_within = [&](std::size_t most) {
    return std::any_of(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(std::min(most, looked_at)),
                       [](const Found& each) { return each.is_right; });
  };
  ++sums_.queries;
  sums_.recall_at_1 += is_right_within(1) ? 1 : 0;
  sums_.recall_at_5 += is_right_within(5) ? 1 : 0;
  sums_.recall_at_10 += is_right_within(10) ? 1 : 0;
  double precision = 0;
  std::size_t hits = 0;
  for (std::size_t i = 0; i < right; ++i)
    if (found[i].is_right) precision += static_cast<double>(++hits) / static_cast<double>(i + 1);
  sums_.map_at_r += precision / static_cast<double>(right);
}

RetrievalQuality RetrievalMeasure::quality() const {
  RetrievalQuality mean = sums_;
  const double count = static_cast<double>(std::max<std::size_t>(sums_.queries, 1));
  for (double* each : {&mean.recall_at_1, &mean.recall_at_5, &mean.recall_at_10, &mean.map_at_r}) *each /= count;
  return mean;
}

}  // namespace workflow
