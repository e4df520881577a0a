// Search among 100,000 vectors of 512 numbers: the graph's walk against comparing every vector, alone and with filters.
// usage: bench_search [vectors] [numbers of each]
#include <faiss/IndexFlat.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <numeric>
#include <random>
#include <set>
#include <vector>

#include "app/vector_index.h"

using namespace workflow;

namespace {

using Clock = std::chrono::steady_clock;

double milliseconds(const auto& work) {
  const auto start = Clock::now();
  work();
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
  return values[values.size() / 2];
}

/// Vectors as image models give them: kinds of things (2,000, of Zipf's sizes, their centres in 50 groups), each spread out
/// along 24 directions of its own, the later ones less, and a little everywhere.
class Embeddings {
 public:
  explicit Embeddings(std::size_t length) : length_(length) {
    std::vector<std::vector<float>> groups(50);
    for (auto& group : groups) group = noise(1);
    for (std::size_t kind = 0; kind < kinds; ++kind) {
      std::vector<float> centre = noise(0.7f);
      for (std::size_t i = 0; i < length; ++i) centre[i] += groups[kind % groups.size()][i];
      centres_.push_back(std::move(centre));
      for (std::size_t d = 0; d < directions; ++d) spread_.push_back(noise(0.35f / std::sqrt(1 + 0.3f * static_cast<float>(d))));
      weights_.push_back(1 / std::sqrt(1.0 + static_cast<double>(kind)));
    }
  }

  std::vector<float> draw(std::size_t kind) {
    std::vector<float> vector = noise(0.1f);
    for (std::size_t i = 0; i < length_; ++i) vector[i] += centres_[kind][i];
    for (std::size_t d = 0; d < directions; ++d) {
      const float along = normal_(random_);
      const std::vector<float>& direction = spread_[kind * directions + d];
      for (std::size_t i = 0; i < length_; ++i) vector[i] += along * direction[i];
    }
    return vector;
  }
  std::size_t any_kind() { return std::discrete_distribution<std::size_t>(weights_.begin(), weights_.end())(random_); }

 private:
  static constexpr std::size_t kinds = 2000;
  static constexpr std::size_t directions = 24;

  std::vector<float> noise(float size) {
    std::vector<float> vector(length_);
    for (float& number : vector) number = size * normal_(random_);
    return vector;
  }

  std::size_t length_;
  std::mt19937 random_{1};
  std::normal_distribution<float> normal_;
  std::vector<std::vector<float>> centres_;
  std::vector<std::vector<float>> spread_;
  std::vector<double> weights_;
};

struct Asked {
  std::vector<std::vector<Near>> answers;
  double milliseconds;  // the median query's
};

Asked ask(const VectorIndex& index, const std::vector<std::vector<float>>& queries, const VectorQuery& how) {
  Asked asked{};
  std::vector<double> times;
  for (const auto& like : queries) {
    VectorQuery query = how;
    query.like = like;
    times.push_back(milliseconds([&] { asked.answers.push_back(index.search(query)); }));
  }
  asked.milliseconds = median(times);
  return asked;
}

double recall(const Asked& found, const Asked& exact) {
  std::size_t same = 0;
  std::size_t all = 0;
  for (std::size_t i = 0; i < exact.answers.size(); ++i) {
    std::set<std::int64_t> ids;
    for (const Near& near : exact.answers[i]) ids.insert(near.id);
    all += ids.size();
    for (const Near& near : found.answers[i]) same += ids.count(near.id);
  }
  return static_cast<double>(same) / static_cast<double>(all);
}

void report(const char* what, const Asked& found, const Asked& exact) {
  fmt::print("{:<44} {:>8.3f} {:>8.3f} {:>7.1f}x {:>9.4f}\n", what, exact.milliseconds, found.milliseconds,
             exact.milliseconds / found.milliseconds, recall(found, exact));
}

void one(const char* order, VectorMetric metric, const std::vector<std::vector<float>>& vectors, const std::vector<std::vector<float>>& queries) {
  const std::size_t length = vectors.front().size();
  VectorIndex walked(length);
  VectorIndex exact(length, vectors.size() + 1);  // compares every vector
  for (std::size_t i = 0; i < vectors.size(); ++i) {
    walked.add(static_cast<std::int64_t>(i), vectors[i]);
    exact.add(static_cast<std::int64_t>(i), vectors[i]);
  }
  const double linking = milliseconds([&] { walked.link(metric, vectors.size()); });
  fmt::print("{}, {}: linked in {:.1f} s\n", order, metric == VectorMetric::Cosine ? "cosine" : "Euclidean", linking / 1000);

  std::mt19937 random(2);
  const auto some = [&](double share) {
    std::vector<std::int64_t> ids;
    for (std::size_t i = 0; i < vectors.size(); ++i)
      if (std::uniform_real_distribution<>(0, 1)(random) < share) ids.push_back(static_cast<std::int64_t>(i));
    return ids;
  };
  report("all", ask(walked, queries, {.metric = metric}), ask(exact, queries, {.metric = metric}));
  for (const double share : {0.01, 0.1, 0.3}) {
    const std::vector<std::int64_t> ids = some(share);
    const VectorQuery query{.metric = metric, .among = ids};
    report(fmt::format("a filter that keeps {:.0f} %", 100 * share).c_str(), ask(walked, queries, query), ask(exact, queries, query));
  }
  for (const std::int64_t id : some(0.15)) {
    walked.remove(id);
    exact.remove(id);
  }
  report("15 % of the vectors taken out", ask(walked, queries, {.metric = metric}), ask(exact, queries, {.metric = metric}));
}

// How long FAISS's own exact index takes for one query, and for one of many that are asked together.
void peer(const std::vector<std::vector<float>>& vectors, const std::vector<std::vector<float>>& queries) {
  const auto length = static_cast<std::int64_t>(vectors.front().size());
  faiss::IndexFlatIP flat(length);
  for (const auto& vector : vectors) flat.add(1, vector.data());
  std::vector<float> scores(10 * queries.size());
  std::vector<std::int64_t> ids(10 * queries.size());
  std::vector<double> times;
  for (const auto& query : queries) times.push_back(milliseconds([&] { flat.search(1, query.data(), 10, scores.data(), ids.data()); }));
  std::vector<float> all;
  for (const auto& query : queries) all.insert(all.end(), query.begin(), query.end());
  const auto count = static_cast<std::int64_t>(queries.size());
  const double together = milliseconds([&] { flat.search(count, all.data(), 10, scores.data(), ids.data()); });
  fmt::print("FAISS IndexFlatIP: {:.3f} ms a query alone, {:.3f} ms a query of {} together\n", median(times),
             together / static_cast<double>(queries.size()), queries.size());
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t count = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 100'000;
  const std::size_t length = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 512;
  Embeddings embeddings(length);
  std::vector<std::size_t> kinds(count);
  std::generate(kinds.begin(), kinds.end(), [&] { return embeddings.any_kind(); });
  std::vector<std::vector<float>> vectors;
  for (const std::size_t kind : kinds) vectors.push_back(embeddings.draw(kind));
  std::vector<std::vector<float>> queries;
  for (int i = 0; i < 200; ++i) queries.push_back(embeddings.draw(embeddings.any_kind()));

  fmt::print("{} vectors of {} numbers, top 10, 200 queries one by one, medians\n", count, length);
  peer(vectors, queries);
  fmt::print("{:<44} {:>8} {:>8} {:>8} {:>9}\n", "", "exact ms", "walk ms", "faster", "recall@10");
  one("in any order", VectorMetric::Cosine, vectors, queries);
  one("in any order", VectorMetric::Euclidean, vectors, queries);

  // As a folder of videos would come in: one kind after the other.
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return kinds[a] < kinds[b]; });
  std::vector<std::vector<float>> sorted;
  for (const std::size_t i : order) sorted.push_back(std::move(vectors[i]));
  one("one kind after the other", VectorMetric::Cosine, sorted, queries);
}
