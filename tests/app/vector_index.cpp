#include "app/vector_index.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "app/vector_distance.h"
#include "catch.h"
#include "workflow/base/error.h"

using namespace workflow;

namespace {

using Vectors = std::vector<std::vector<float>>;

// Vectors about `kinds` centres.
Vectors clustered(std::size_t count, std::size_t length, std::size_t kinds, std::uint32_t seed = 1) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  Vectors centres(kinds, std::vector<float>(length));
  for (auto& centre : centres)
    for (float& number : centre) number = normal(random);
  Vectors vectors;
  for (std::size_t i = 0; i < count; ++i) {
    vectors.push_back(centres[random() % kinds]);
    for (float& number : vectors.back()) number += 0.5f * normal(random);
  }
  return vectors;
}

void fill(VectorIndex& index, const Vectors& vectors) {
  for (std::size_t i = 0; i < vectors.size(); ++i) index.add(static_cast<std::int64_t>(i), vectors[i]);
}

std::vector<std::int64_t> ids_of(const std::vector<Near>& near) {
  std::vector<std::int64_t> ids;
  for (const Near& it : near) ids.push_back(it.id);
  return ids;
}

// What the nearest are by definition, in double.
std::vector<std::int64_t> nearest_by_hand(const Vectors& vectors, const std::vector<float>& like, VectorMetric metric, std::size_t top) {
  std::vector<std::pair<double, std::int64_t>> all;
  for (std::size_t i = 0; i < vectors.size(); ++i) {
    double dot = 0;
    double apart = 0;
    double norm = 0;
    for (std::size_t k = 0; k < like.size(); ++k) {
      const double a = static_cast<double>(like[k]);
      const double b = static_cast<double>(vectors[i][k]);
      dot += a * b;
      apart += (a - b) * (a - b);
      norm += b * b;
    }
    all.emplace_back(metric == VectorMetric::Cosine ? -dot / std::sqrt(norm) : apart, static_cast<std::int64_t>(i));
  }
  std::sort(all.begin(), all.end());
  std::vector<std::int64_t> ids;
  for (std::size_t i = 0; i < std::min(top, all.size()); ++i) ids.push_back(all[i].second);
  return ids;
}

double recall(const VectorIndex& index, const Vectors& vectors, const Vectors& queries, VectorMetric metric) {
  std::size_t same = 0;
  for (const auto& like : queries) {
    const auto exact = nearest_by_hand(vectors, like, metric, 10);
    const std::set<std::int64_t> wanted(exact.begin(), exact.end());
    for (const std::int64_t id : ids_of(index.search({.like = like, .metric = metric}))) same += wanted.count(id);
  }
  return static_cast<double>(same) / static_cast<double>(10 * queries.size());
}

ErrorCode code_of(const auto& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.code();
  }
  return ErrorCode::Failed;
}

}  // namespace

TEST_CASE("the sums over two rows are right for every length") {
  for (std::size_t length = 1; length < 200; ++length) {
    std::vector<float> a(length);
    std::vector<float> b(length);
    double product = 0;
    double apart = 0;
    for (std::size_t i = 0; i < length; ++i) {
      a[i] = static_cast<float>(i % 7) - 3;
      b[i] = static_cast<float>(i % 5) - 1;
      product += static_cast<double>(a[i] * b[i]);
      apart += static_cast<double>((a[i] - b[i]) * (a[i] - b[i]));
    }
    CHECK(dot(a.data(), b.data(), length) == Approx(product));
    CHECK(squared_distance(a.data(), b.data(), length) == Approx(apart));
  }
}

TEST_CASE("a small index finds exactly the nearest, best first, with scores of 0 to 1") {
  const Vectors vectors = clustered(500, 33, 10);
  VectorIndex index(33);
  fill(index, vectors);
  CHECK(index.size() == 500);
  for (const VectorMetric metric : {VectorMetric::Cosine, VectorMetric::Euclidean}) {
    for (const auto& like : clustered(20, 33, 10, 2)) {
      const auto near = index.search({.like = like, .metric = metric, .top = 7});
      CHECK(ids_of(near) == nearest_by_hand(vectors, like, metric, 7));
      for (std::size_t i = 0; i < near.size(); ++i) {
        CHECK((near[i].score >= 0 && near[i].score <= 1));
        CHECK((i == 0 || near[i - 1].score >= near[i].score));
      }
    }
    const auto itself = index.search({.like = vectors[17], .metric = metric, .top = 1});
    CHECK(itself[0].id == 17);
    CHECK(itself[0].score == Approx(1).margin(1e-6));
  }
}

TEST_CASE("scores are the cosine above 0, and 1 / (1 + distance)") {
  VectorIndex index(2);
  index.add(1, std::vector<float>{2, 0});
  index.add(2, std::vector<float>{1, 1});
  index.add(3, std::vector<float>{-3, 0});
  index.add(4, std::vector<float>{0, 0});
  const std::vector<float> like{1, 0};
  const auto cosine = index.search({.like = like});
  REQUIRE(cosine.size() == 4);
  CHECK(cosine[0].id == 1);
  CHECK(cosine[0].score == Approx(1));
  CHECK(cosine[1].id == 2);
  CHECK(cosine[1].score == Approx(std::sqrt(0.5)));
  CHECK(cosine[2] == Near{3, 0});  // what looks the other way, or nowhere, is not alike at all
  CHECK(cosine[3] == Near{4, 0});
  const auto euclidean = index.search({.like = like, .metric = VectorMetric::Euclidean});
  CHECK(ids_of(euclidean) == std::vector<std::int64_t>{1, 2, 4, 3});
  CHECK(euclidean[0].score == Approx(0.5));
  CHECK(euclidean[3].score == Approx(0.2));
}

TEST_CASE("nothing below at_least is found, and none of those that are not among the wanted") {
  VectorIndex index(2);
  for (int i = 0; i < 10; ++i) index.add(10 * i, std::vector<float>{std::cos(0.1f * static_cast<float>(i)), std::sin(0.1f * static_cast<float>(i))});
  const std::vector<float> like{1, 0};
  CHECK(ids_of(index.search({.like = like, .at_least = std::cos(0.25f)})) == std::vector<std::int64_t>{0, 10, 20});
  const std::vector<std::int64_t> among{15, 30, 50, 90, 1000};
  CHECK(ids_of(index.search({.like = like, .among = among})) == std::vector<std::int64_t>{30, 50, 90});
  CHECK(ids_of(index.search({.like = like, .top = 1, .among = among})) == std::vector<std::int64_t>{30});
  CHECK(index.search({.like = like, .among = std::vector<std::int64_t>{}}).empty());
}

TEST_CASE("an empty index finds nothing") {
  const VectorIndex index(4);
  const std::vector<float> like{1, 2, 3, 4};
  CHECK(index.search({.like = like}).empty());
  CHECK_FALSE(index.wants_links(VectorMetric::Cosine));
  CHECK(index.graph_to_bytes(VectorMetric::Cosine).empty());
}

TEST_CASE("what is no vector of the index is refused, and changes nothing") {
  VectorIndex index(2);
  index.add(5, std::vector<float>{1, 0});
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float infinity = std::numeric_limits<float>::infinity();
  for (const std::vector<float>& bad : Vectors{{1}, {1, 2, 3}, {}, {nan, 0}, {0, infinity}, {-infinity, 0}, {3e20f, 0}}) {
    CHECK(code_of([&] { index.add(6, bad); }) == ErrorCode::InvalidValue);
    CHECK(code_of([&] { (void)index.search({.like = bad}); }) == ErrorCode::InvalidValue);
  }
  const std::vector<float> good{1, 0};
  CHECK(code_of([&] { index.add(5, good); }) == ErrorCode::InvalidValue);
  CHECK(code_of([&] { (void)index.search({.like = good, .top = 0}); }) == ErrorCode::InvalidValue);
  CHECK(index.size() == 1);
  CHECK(index.search({.like = good, .top = 1'000'000'000}).size() == 1);
}

TEST_CASE("vectors of the largest and the smallest numbers still have scores") {
  VectorIndex index(3);
  index.add(1, std::vector<float>{1e15f, 1e15f, 0});
  index.add(2, std::vector<float>{1e-20f, 0, 0});
  index.add(3, std::vector<float>{0, 0, -1e15f});
  for (const VectorMetric metric : {VectorMetric::Cosine, VectorMetric::Euclidean})
    for (const std::vector<float>& like : Vectors{{1e15f, 1e15f, 0}, {1e-20f, 0, 0}})
      for (const Near& near : index.search({.like = like, .metric = metric})) CHECK((near.score >= 0 && near.score <= 1));
}

TEST_CASE("what was removed is found no more, and the rest still is, after many removals, too") {
  const Vectors vectors = clustered(6000, 16, 20);
  VectorIndex index(16);
  fill(index, vectors);
  for (std::int64_t id = 0; id < 6000; ++id)
    if (id % 3 != 0) CHECK(index.remove(id));
  CHECK_FALSE(index.remove(1));
  CHECK_FALSE(index.remove(6000));
  CHECK(index.size() == 2000);
  for (std::size_t i = 0; i < 6000; i += 300) {
    const auto near = index.search({.like = vectors[i], .top = 5});
    CHECK(near[0].id == static_cast<std::int64_t>(i));
    for (const Near& it : near) CHECK(it.id % 3 == 0);
  }
  index.add(6000, vectors[1]);
  CHECK(index.search({.like = vectors[1], .top = 1})[0].id == 6000);
}

TEST_CASE("the graph finds nearly all of the nearest, by either metric") {
  const Vectors vectors = clustered(6000, 24, 60);
  const Vectors queries = clustered(50, 24, 60, 3);
  VectorIndex index(24, 1000);
  fill(index, vectors);
  for (const VectorMetric metric : {VectorMetric::Cosine, VectorMetric::Euclidean}) {
    CHECK(index.wants_links(metric));
    index.link(metric, vectors.size());
    CHECK_FALSE(index.wants_links(metric));
    CHECK(recall(index, vectors, queries, metric) >= 0.99);
  }
}

TEST_CASE("while links are still being made, an answer lacks nothing") {
  const Vectors vectors = clustered(6000, 24, 60);
  const Vectors queries = clustered(30, 24, 60, 3);
  VectorIndex index(24, 1000);
  fill(index, vectors);
  CHECK(recall(index, vectors, queries, VectorMetric::Cosine) == 1);
  for (int part = 0; part < 3; ++part) {
    index.link(VectorMetric::Cosine, 2000);
    CHECK(recall(index, vectors, queries, VectorMetric::Cosine) >= 0.99);
  }
  // The newest is found although nothing links it yet.
  index.add(6000, queries[0]);
  CHECK(index.search({.like = queries[0], .top = 1})[0].id == 6000);
}

TEST_CASE("filters and removals hold on the graph, too, and an answer is as long as it can be") {
  const Vectors vectors = clustered(6000, 24, 60);
  const Vectors queries = clustered(30, 24, 60, 3);
  VectorIndex index(24, 1000);
  fill(index, vectors);
  index.link(VectorMetric::Cosine, vectors.size());
  for (const std::size_t each : {2U, 3U, 100U, 2000U}) {
    std::vector<std::int64_t> among;
    Vectors only = vectors;
    for (std::size_t i = 0; i < vectors.size(); ++i) {
      if (i % each == 0)
        among.push_back(static_cast<std::int64_t>(i));
      else
        std::fill(only[i].begin(), only[i].end(), -1e6f);  // nearest to nothing
    }
    std::size_t same = 0;
    for (const auto& like : queries) {
      const auto exact = nearest_by_hand(only, like, VectorMetric::Euclidean, std::min<std::size_t>(10, among.size()));
      index.link(VectorMetric::Euclidean, vectors.size());
      const auto found = ids_of(index.search({.like = like, .metric = VectorMetric::Euclidean, .among = among}));
      REQUIRE(found.size() == exact.size());
      for (const std::int64_t id : found) {
        CHECK(id % static_cast<std::int64_t>(each) == 0);
        same += static_cast<std::size_t>(std::count(exact.begin(), exact.end(), id));
      }
    }
    CHECK(static_cast<double>(same) / static_cast<double>(queries.size() * std::min<std::size_t>(10, among.size())) >= 0.99);
  }
  // Only the farthest are wanted: the walk does not come that far, so all of them are compared.
  const auto far = nearest_by_hand(vectors, queries[0], VectorMetric::Cosine, 6000);
  std::vector<std::int64_t> among(far.begin() + 4000, far.end());
  std::sort(among.begin(), among.end());
  CHECK(ids_of(index.search({.like = queries[0], .top = 3, .among = among})) == std::vector<std::int64_t>(far.begin() + 4000, far.begin() + 4003));
  const auto nearest = ids_of(index.search({.like = queries[0], .top = 10}));
  for (const std::int64_t id : nearest) index.remove(id);
  for (const std::int64_t id : ids_of(index.search({.like = queries[0], .top = 10}))) CHECK(std::count(nearest.begin(), nearest.end(), id) == 0);
}

TEST_CASE("many copies of one vector hide nothing else") {
  Vectors vectors = clustered(3000, 24, 10);
  for (std::size_t i = 0; i < 1500; ++i) vectors[2 * i] = vectors[0];
  VectorIndex index(24, 1000);
  fill(index, vectors);
  index.link(VectorMetric::Cosine, vectors.size());
  std::size_t found = 0;
  for (std::size_t i = 1; i < vectors.size(); i += 20) found += index.search({.like = vectors[i], .top = 1})[0].id == static_cast<std::int64_t>(i);
  CHECK(found >= 149);  // of 150
  // The copies are all found, too, by either way, but for those that were removed.
  CHECK(index.search({.like = vectors[0], .top = 2000})[1499].score == Approx(1));
  index.remove(0);
  const auto copies = index.search({.like = vectors[0], .top = 50});
  CHECK(copies.size() == 50);
  CHECK(copies[0].id == 2);
  CHECK(copies[49].score == Approx(1));
}

TEST_CASE("a graph comes back from its bytes, and only to the vectors that it was made of") {
  const Vectors vectors = clustered(3000, 24, 30);
  VectorIndex index(24, 1000);
  fill(index, vectors);
  index.link(VectorMetric::Cosine, vectors.size());
  const std::string bytes = index.graph_to_bytes(VectorMetric::Cosine);

  VectorIndex again(24, 1000);
  fill(again, vectors);
  again.add(3000, vectors[7]);  // more came since
  REQUIRE(again.take_graph(VectorMetric::Cosine, bytes));
  CHECK(again.wants_links(VectorMetric::Cosine));
  again.link(VectorMetric::Cosine, 10);
  CHECK_FALSE(again.wants_links(VectorMetric::Cosine));
  for (const auto& like : clustered(20, 24, 30, 5)) {
    auto expected = index.search({.like = like});
    auto found = again.search({.like = like});
    std::erase_if(found, [](const Near& near) { return near.id == 3000; });
    if (found.size() < expected.size()) expected.pop_back();
    CHECK(found == expected);
  }

  VectorIndex other(24, 1000);
  Vectors changed = vectors;
  changed[2999][23] += 0.001f;
  fill(other, changed);
  CHECK_FALSE(other.take_graph(VectorMetric::Cosine, bytes));
  VectorIndex fewer(24, 1000);
  fill(fewer, Vectors(vectors.begin(), vectors.begin() + 2999));
  CHECK_FALSE(fewer.take_graph(VectorMetric::Cosine, bytes));
}

TEST_CASE("a damaged graph is refused, wherever the damage is") {
  const Vectors vectors = clustered(1200, 8, 30);
  VectorIndex index(8, 1000);
  fill(index, vectors);
  index.link(VectorMetric::Cosine, vectors.size());
  const std::string bytes = index.graph_to_bytes(VectorMetric::Cosine);
  for (const std::size_t length : {std::size_t{0}, std::size_t{8}, std::size_t{20}, bytes.size() / 2, bytes.size() - 1})
    CHECK_FALSE(index.take_graph(VectorMetric::Cosine, std::string_view(bytes).substr(0, length)));
  for (std::size_t at = 0; at < bytes.size(); at += bytes.size() / 97) {
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x40);
    CHECK_FALSE(index.take_graph(VectorMetric::Cosine, damaged));
  }
  // Without the checksum over it, the graph's own reader must stand everything as well.
  VectorRows rows(8);
  for (const auto& vector : vectors) rows.add(vector);
  const std::string links = bytes.substr(16);
  std::mt19937 random(1);
  for (int i = 0; i < 2000; ++i) {
    std::string damaged = links;
    damaged[i < 200 ? random() % 48 : random() % damaged.size()] = static_cast<char>(random());
    try {
      const HnswGraph graph = HnswGraph::from_bytes(damaged, rows, VectorMetric::Cosine);
      for (int k = 0; k < 10; ++k) CHECK(graph.nearest(vectors[random() % vectors.size()], 20).size() <= 20);
    } catch (const Error& error) {
      CHECK(error.code() == ErrorCode::Unreadable);
    }
  }
}

TEST_CASE("many threads search at once and find the same") {
  const Vectors vectors = clustered(3000, 24, 30);
  VectorIndex index(24, 1000);
  fill(index, vectors);
  index.link(VectorMetric::Cosine, vectors.size());
  const Vectors queries = clustered(40, 24, 30, 4);
  std::vector<std::vector<Near>> alone;
  for (const auto& like : queries) alone.push_back(index.search({.like = like}));
  std::vector<std::vector<std::vector<Near>>> beside(4);
  std::vector<std::thread> threads;
  for (auto& mine : beside)
    threads.emplace_back([&] {
      for (const auto& like : queries) mine.push_back(index.search({.like = like}));
    });
  for (std::thread& thread : threads) thread.join();
  for (const auto& mine : beside) CHECK(mine == alone);
}
