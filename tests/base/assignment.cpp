#include "base/assignment.h"

#include <algorithm>
#include <numeric>
#include <random>

#include "catch.h"

using namespace workflow;

namespace {

double total(const std::vector<std::vector<double>>& weights, const std::vector<std::optional<std::size_t>>& pairs) {
  double sum = 0;
  for (std::size_t row = 0; row < pairs.size(); ++row)
    if (pairs[row]) sum += weights[row][*pairs[row]];
  return sum;
}

// The best sum of all pairings, tried one by one.
double best_total(const std::vector<std::vector<double>>& weights, std::size_t columns) {
  std::vector<std::size_t> order(std::max(columns, weights.size()));
  std::iota(order.begin(), order.end(), std::size_t{0});
  double best = 0;
  do {
    double sum = 0;
    for (std::size_t row = 0; row < weights.size(); ++row)
      if (order[row] < columns) sum += std::max(0.0, weights[row][order[row]]);
    best = std::max(best, sum);
  } while (std::next_permutation(order.begin(), order.end()));
  return best;
}

}  // namespace

TEST_CASE(
    "an assignment weighs as much as the best of all, each column is taken once, and nothing that weighs nothing is "
    "paired") {
  std::mt19937 random(11);
  for (int round = 0; round < 300; ++round) {
    const std::size_t rows = random() % 6;
    const std::size_t columns = random() % 6;
    std::vector<std::vector<double>> weights(rows, std::vector<double>(columns));
    for (auto& row : weights)
      for (double& weight : row) weight = random() % 3 == 0 ? -1.0 : static_cast<double>(random() % 100) / 10;
    const auto pairs = assign(rows, columns, [&](std::size_t r, std::size_t c) { return weights[r][c]; });
    REQUIRE(pairs.size() == rows);
    std::vector<int> taken(columns);
    for (std::size_t row = 0; row < rows; ++row) {
      if (!pairs[row]) continue;
      CHECK(weights[row][*pairs[row]] > 0);
      CHECK(++taken[*pairs[row]] == 1);
    }
    CHECK(total(weights, pairs) == Approx(best_total(weights, columns)));
  }
}

TEST_CASE("a good pair is not given up for two poor ones") {
  // Row 0 with column 0 is worth 0.7; the two crossing pairs together 0.11.
  const std::vector<std::vector<double>> weights = {{0.7, 0.01}, {0.1, -1}};
  const auto pairs = assign(2, 2, [&](std::size_t r, std::size_t c) { return weights[r][c]; });
  CHECK(pairs[0] == 0U);
  CHECK_FALSE(pairs[1]);
}
