#include "workflow/operators/average.h"

#include <cmath>

#include "catch.h"
#include "operator_checks.h"

using namespace workflow;

TEST_CASE("Average is the mean of two models, and of three in two steps") {
  const Concepts a{{"cat", 0.9f}, {"dog", 0.1f}};
  const Concepts b{{"cat", 0.3f}};
  const Concepts c{{"cat", 0.6f}, {"fox", 0.3f}};
  const Concepts two = Average{}(a, b);
  CHECK(two.score("cat") == Approx(0.6f));
  CHECK(two.score("dog") == Approx(0.05f));
  const Concepts three = Average{.weight = 2.0f / 3}(two, c);
  CHECK(three.score("cat") == Approx(0.6f));
  CHECK(three.score("dog") == Approx(0.1f / 3));
  CHECK(three.score("fox") == Approx(0.1f));
}

TEST_CASE("Average of nothing is nothing, and of two sure ones no more than sure") {
  CHECK(Average{}({}, {}).empty());
  CHECK(Average{}({}, {{"cat", 1.0f}}).score("cat") == 0.5f);
  CHECK(Average{.weight = 0.3f}({{"cat", 1.0f}}, {{"cat", 1.0f}}).score("cat") <= 1.0f);
}

TEST_CASE("Average joins two ports, passes over what only one has, and comes back from a graph's JSON") {
  Graph graph("g");
  const auto in = graph.input<Concepts>("in");
  const auto kept = in.then([](const Concepts& it) -> std::optional<Concepts> {
    return it.empty() ? std::nullopt : std::optional(it);
  });
  const Port<Concepts> mean = kept.then(Average{}, in).named("mean");
  const auto results = made::run_all(graph, std::vector<Concepts>{{{"cat", 0.5f}}, {}});
  CHECK(*results[0][mean].front() == Concepts{{"cat", 0.5f}});
  CHECK(results[1][mean].empty());
  checks::json_round_trip(Average{.weight = 0.25f});
  checks::refused(Average{.weight = 1.5f});
  CHECK(checks::error_of([] { Average{}({{"cat", NAN}}, {}); }) == ErrorCode::InvalidValue);
  CHECK(checks::error_of([] { Average{}({}, {{"cat", -1.0f}}); }) == ErrorCode::InvalidValue);
}
