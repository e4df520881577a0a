#include "workflow/operators/cluster.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "operators/embeddings.h"

namespace workflow {
namespace {

// Which set each of some things is in, while sets are joined.
class Sets {
 public:
  explicit Sets(std::size_t count) : up_(count) { std::iota(up_.begin(), up_.end(), std::size_t{0}); }

  std::size_t of(std::size_t it) {
    while (up_[it] != it) it = up_[it] = up_[up_[it]];
    return it;
  }
  void join(std::size_t a, std::size_t b) { up_[of(a)] = of(b); }

 private:
  std::vector<std::size_t> up_;
};

// Distances between every two of some clusters, and their sizes.
class Table {
 public:
  Table(Group<Embedding> group, Cluster::Metric metric) : count_(group.size()), far_(count_ * count_), sizes_(count_, 1) {
    for (std::size_t a = 0; a < count_; ++a)
      for (std::size_t b = 0; b < a; ++b) {
        const float far = metric == Cluster::Metric::Cosine ? 1 - cosine(group[a], group[b]) : distance(group[a], group[b]);
        far_[a * count_ + b] = far_[b * count_ + a] = far;
      }
  }

  bool is_there(std::size_t cluster) const { return sizes_[cluster] > 0; }
  float far(std::size_t a, std::size_t b) const { return far_[a * count_ + b]; }

  // The nearest other cluster; `before` where several are as near, so that a chain of nearest ones ends.
  std::size_t nearest(std::size_t cluster, std::size_t before) const {
    std::size_t best = before;
    for (std::size_t other = 0; other < count_; ++other)
      if (other != cluster && is_there(other) && (best == count_ || far(cluster, other) < far(cluster, best))) best = other;
    return best;
  }

  // Joins b into a.
  void join(std::size_t a, std::size_t b, Cluster::Link link) {
    const double share = static_cast<double>(sizes_[a]) / static_cast<double>(sizes_[a] + sizes_[b]);
    for (std::size_t other = 0; other < count_; ++other) {
      const float joined = link == Cluster::Link::Single ? std::min(far(a, other), far(b, other))
                                                         : static_cast<float>(share * static_cast<double>(far(a, other)) +
                                                                              (1 - share) * static_cast<double>(far(b, other)));
      far_[a * count_ + other] = far_[other * count_ + a] = joined;
    }
    sizes_[a] += std::exchange(sizes_[b], 0);
  }

 private:
  std::size_t count_;
  std::vector<float> far_;
  std::vector<std::size_t> sizes_;
};

// The chain of nearest neighbours (Benzecri 1982, Juan 1982): two clusters that are each other's nearest are joined. For
// these links that gives the same joins as looking for the nearest pair of all each time, in the square of the time.
Sets joined_sets(Group<Embedding> group, const Cluster& settings) {
  const std::size_t count = group.size();
  Sets sets(count);
  Table table(group, settings.metric);
  std::vector<std::size_t> chain;
  std::size_t first = 0;
  for (std::size_t left = count; left > 1;) {
    // Rounding can bring a cluster into the chain twice, and it may have been joined since.
    while (!chain.empty() && !table.is_there(chain.back())) chain.pop_back();
    while (chain.empty() && !table.is_there(first)) ++first;
    if (chain.empty()) chain.push_back(first);
    const std::size_t last = chain.back();
    const std::size_t before = chain.size() > 1 ? chain[chain.size() - 2] : count;
    const std::size_t next = table.nearest(last, before);
    if (next != before) {
      chain.push_back(next);
      continue;
    }
    if (table.far(last, before) <= settings.distance) sets.join(last, before);
    chain.resize(chain.size() - 2);
    table.join(last, before, settings.link);
    --left;
  }
  return sets;
}

}  // namespace

void Cluster::check() const {
  if (metric == Metric::Cosine && distance > 2)
    throw Error(ErrorCode::InvalidSetting, kind, fmt::format("distance: wanted 0..2 for cosine, got {:g}", distance));
}

std::vector<Concepts> Cluster::operator()(Group<Embedding> group) const {
  if (group.size() > most)
    throw Error(ErrorCode::InvalidValue, kind, fmt::format("wanted at most {} embeddings of one parent, got {}", most, group.size()));
  for (const Embedding& each : group) check_embedding(each, group[0].values.size(), kind);

  Sets sets = joined_sets(group, *this);
  std::vector<std::size_t> found;
  std::vector<Concepts> clusters;
  for (std::size_t i = 0; i < group.size(); ++i) {
    const auto at = std::find(found.begin(), found.end(), sets.of(i));
    const auto number = at - found.begin();
    if (at == found.end()) found.push_back(sets.of(i));
    clusters.push_back({{fmt::format("cluster-{}", number), 1.0f}});
  }
  return clusters;
}

}  // namespace workflow
