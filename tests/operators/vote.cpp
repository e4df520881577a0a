#include "workflow/operators/vote.h"

#include <cmath>

#include "catch.h"
#include "operator_checks.h"

using namespace workflow;

TEST_CASE("Two models that agree elect with 1, two that do not share by weight") {
  const Concepts cat{{"cat", 0.9f}, {"dog", 0.8f}};
  const Concepts dog{{"dog", 0.4f}};
  CHECK(Vote{}(cat, cat) == Concepts{{"cat", 1.0f}});
  CHECK(Vote{}(cat, dog) == Concepts{{"cat", 0.5f}, {"dog", 0.5f}});
  CHECK(Vote{.first = 3}(cat, dog) == Concepts{{"cat", 0.75f}, {"dog", 0.25f}});
  CHECK(Vote{.first = 0}(cat, dog) == Concepts{{"dog", 1.0f}});
}

TEST_CASE("A third model votes on top of two") {
  const Concepts cat{{"cat", 0.9f}};
  const Concepts dog{{"dog", 0.4f}};
  const Concepts three = Vote{.first = 2, .counted = true}(Vote{}(cat, dog), dog);
  CHECK(three.score("dog") == Approx(2.0f / 3));
  CHECK(three.score("cat") == Approx(1.0f / 3));
}

TEST_CASE("Who names no concept abstains") {
  CHECK(Vote{}({}, {{"dog", 0.4f}}) == Concepts{{"dog", 1.0f}});
  CHECK(Vote{}({}, {}).empty());
  CHECK(Vote{.first = 0}({{"cat", 1.0f}}, {}).empty());
}

TEST_CASE("Vote joins two ports in a graph, and its settings are checked") {
  Graph graph("g");
  const auto in = graph.input<Concepts>("in");
  const Port<Concepts> vote = in.then(Vote{}, in).named("vote");
  const auto results = made::run_all(graph, std::vector<Concepts>{{{"cat", 0.5f}}, {}});
  CHECK(*results[0][vote].front() == Concepts{{"cat", 1.0f}});
  CHECK((*results[1][vote].front()).empty());
  checks::json_round_trip(Vote{.first = 2, .second = 0.5f, .counted = true});
  checks::refused(Vote{.first = -1});
  checks::refused(Vote{.first = 0, .second = 0});
  checks::refused(Vote{.first = INFINITY});
  CHECK(checks::error_of([] { Vote{}({{"cat", NAN}}, {}); }) == ErrorCode::InvalidValue);
}
