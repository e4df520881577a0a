#include "workflow/operators/cluster.h"

#include <cmath>
#include <random>

#include "catch.h"
#include "operator_checks.h"

using namespace workflow;

namespace {

std::vector<std::string> names(const Cluster& cluster, const std::vector<Embedding>& embeddings) {
  std::vector<std::string> names;
  for (const Concepts& each : cluster(Group<Embedding>(embeddings))) names.push_back(each.top().name);
  return names;
}

using Names = std::vector<std::string>;

// Joins the two nearest clusters of all, again and again: slow and plain.
Names plainly(const Cluster& settings, const std::vector<Embedding>& embeddings) {
  std::vector<std::vector<std::size_t>> clusters;
  for (std::size_t i = 0; i < embeddings.size(); ++i) clusters.push_back({i});
  const auto far = [&](const auto& a, const auto& b) {
    double sum = 0;
    double least = INFINITY;
    for (const std::size_t i : a)
      for (const std::size_t j : b) {
        const auto apart = static_cast<double>(distance(embeddings[i], embeddings[j]));
        sum += apart;
        least = std::min(least, apart);
      }
    return settings.link == Cluster::Link::Single ? least : sum / static_cast<double>(a.size() * b.size());
  };
  for (;;) {
    std::size_t a = 0, b = 0;
    double least = static_cast<double>(settings.distance);
    for (std::size_t i = 0; i < clusters.size(); ++i)
      for (std::size_t j = 0; j < i; ++j)
        if (far(clusters[i], clusters[j]) <= least) {
          least = far(clusters[i], clusters[j]);
          a = i;
          b = j;
        }
    if (a == b) break;
    clusters[b].insert(clusters[b].end(), clusters[a].begin(), clusters[a].end());
    clusters.erase(clusters.begin() + static_cast<std::ptrdiff_t>(a));
  }
  Names names(embeddings.size());
  int next = 0;
  for (std::size_t i = 0; i < embeddings.size(); ++i) {
    if (!names[i].empty()) continue;
    for (const auto& cluster : clusters)
      if (std::find(cluster.begin(), cluster.end(), i) != cluster.end())
        for (const std::size_t member : cluster) names[member] = "cluster-" + std::to_string(next);
    ++next;
  }
  return names;
}

}  // namespace

TEST_CASE("Cluster puts together what is near, numbered by first members") {
  const std::vector<Embedding> faces{{{1, 0}}, {{0, 1}}, {{0.99f, 0.1f}}, {{-1, 0}}, {{0.1f, 0.99f}}};
  CHECK(names(Cluster{.distance = 0.1f}, faces) == Names{"cluster-0", "cluster-1", "cluster-0", "cluster-2", "cluster-1"});
  CHECK(names(Cluster{.distance = 2.0f}, faces) == Names(5, "cluster-0"));
  CHECK(names(Cluster{.distance = 0.0f}, {{{1, 0}}, {{1, 0}}, {{0, 1}}}) == Names{"cluster-0", "cluster-0", "cluster-1"});
}

TEST_CASE("A row of near ones is one cluster by single link and several by average link") {
  std::vector<Embedding> row;
  for (int i = 0; i < 8; ++i) row.push_back({{static_cast<float>(i)}});
  const Cluster single{.distance = 1.0f, .metric = Cluster::Metric::Euclidean, .link = Cluster::Link::Single};
  CHECK(names(single, row) == Names(8, "cluster-0"));
  const Cluster average{.distance = 1.0f, .metric = Cluster::Metric::Euclidean};
  CHECK(names(average, row).back() != "cluster-0");
}

TEST_CASE("Cluster joins as one does who looks for the nearest pair of all each time") {
  std::mt19937 random(7);
  for (int round = 0; round < 40; ++round) {
    std::uniform_real_distribution<float> place(0, 10);
    std::vector<Embedding> points;
    for (int i = 0; i < 30; ++i) points.push_back({{place(random), place(random)}});
    for (const auto link : {Cluster::Link::Average, Cluster::Link::Single}) {
      const Cluster cluster{.distance = 0.5f + static_cast<float>(round % 4), .metric = Cluster::Metric::Euclidean, .link = link};
      CHECK(names(cluster, points) == plainly(cluster, points));
    }
  }
}

TEST_CASE("None and one are no trouble; NaN, other lengths and too many are refused") {
  CHECK(names(Cluster{}, {}).empty());
  CHECK(names(Cluster{}, {{{1, 0}}}) == Names{"cluster-0"});
  CHECK(checks::error_of([] { names(Cluster{}, {{{1, 0}}, {{NAN, 0}}}); }) == ErrorCode::InvalidValue);
  CHECK(checks::error_of([] { names(Cluster{}, {{{1, 0}}, {{1}}}); }) == ErrorCode::InvalidValue);
  CHECK(checks::error_of([] { names(Cluster{}, std::vector<Embedding>(Cluster::most + 1, Embedding{{1}})); }) == ErrorCode::InvalidValue);
}

TEST_CASE("Cluster works on an input without items, and its settings come back from JSON") {
  Graph graph("g");
  const Port<Concepts> who = graph.input<std::vector<Embedding>>("in").then(checks::spread<Embedding>).then(Cluster{}).named("who");
  const auto results = made::run_all(graph, std::vector<std::vector<Embedding>>{{}, {{{1, 0}}, {{0, 1}}, {{1, 0}}}});
  CHECK(results[0].ok());
  CHECK(results[0][who].empty());
  REQUIRE(results[1][who].size() == 3);
  CHECK((*results[1][who][2]).top().name == "cluster-0");
  checks::json_round_trip(Cluster{.distance = 3, .metric = Cluster::Metric::Euclidean, .link = Cluster::Link::Single});
  checks::refused(Cluster{.distance = -1});
  checks::refused(Cluster{.distance = 2.5f});
}
