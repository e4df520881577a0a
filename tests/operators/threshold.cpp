#include "workflow/operators/threshold.h"

#include <cmath>

#include "catch.h"
#include "operator_checks.h"

using namespace workflow;

TEST_CASE("Threshold takes out what fails and keeps the scores of the rest") {
  const Concepts seen{{"cat", 0.9f}, {"dog", 0.5f}, {"fox", 0.49f}};
  CHECK(Threshold{}(seen) == Concepts{{"cat", 0.9f}, {"dog", 0.5f}});
  CHECK(Threshold{.comparison = Threshold::Comparison::Above}(seen) == Concepts{{"cat", 0.9f}});
  CHECK(Threshold{.comparison = Threshold::Comparison::AtMost}(seen) == Concepts{{"dog", 0.5f}, {"fox", 0.49f}});
  CHECK(Threshold{.comparison = Threshold::Comparison::Below}(seen) == Concepts{{"fox", 0.49f}});
  CHECK(Threshold{.comparison = Threshold::Comparison::Equal}(seen) == Concepts{{"dog", 0.5f}});
  CHECK(Threshold{.at_least = 0.49f, .below = 0.9f}(seen) == Concepts{{"dog", 0.5f}, {"fox", 0.49f}});
}

TEST_CASE("Threshold compares named concepts with their own limit, and drops the others where asked") {
  const Concepts seen{{"cat", 0.9f}, {"weapon", 0.3f}, {"dog", 0.4f}};
  CHECK(Threshold{.per_concept = {{"weapon", 0.2f}}}(seen) == Concepts{{"cat", 0.9f}, {"weapon", 0.3f}});
  CHECK(Threshold{.per_concept = {{"weapon", 0.2f}}, .others = Threshold::Others::Drop}(seen) == Concepts{{"weapon", 0.3f}});
}

TEST_CASE("What has no passing concept leaves the branch") {
  CHECK_FALSE(Threshold{}(Concepts{{"cat", 0.1f}}));
  CHECK_FALSE(Threshold{}(Concepts{}));
  CHECK_FALSE(Threshold{}(Region{.concepts = {{"cat", 0.1f}}}));
  CHECK_FALSE(Threshold{}(Region{}));
  const Region region{.box = {0, 0, 0.5f, 0.5f}, .score = 0.2f, .concepts = {{"cat", 0.8f}, {"dog", 0.1f}}, .track = 3};
  Region expected = region;
  expected.concepts = {{"cat", 0.8f}};
  CHECK(Threshold{}(region) == expected);
}

TEST_CASE("Threshold refuses a score that is no probability") {
  for (const float score : {NAN, -0.1f, 1.1f, INFINITY}) {
    CHECK(checks::error_of([&] { Threshold{}(Concepts{{"cat", score}}); }) == ErrorCode::InvalidValue);
    CHECK(checks::error_of([&] { Threshold{}(Region{.concepts = {{"cat", score}}}); }) == ErrorCode::InvalidValue);
  }
}

TEST_CASE("Threshold's settings are checked and come back from JSON") {
  checks::json_round_trip(Threshold{.at_least = 0.3f,
                                    .below = 0.8f,
                                    .per_concept = {{"cat", 0.7f}},
                                    .others = Threshold::Others::Drop,
                                    .comparison = Threshold::Comparison::Above});
  checks::json_round_trip(Threshold{});
  checks::refused(Threshold{.at_least = 1.5f});
  checks::refused(Threshold{.at_least = NAN});
  checks::refused(Threshold{.below = -0.1f});
  checks::refused(Threshold{.per_concept = {{"cat", 2.0f}}});
  checks::refused(Threshold{.at_least = 0.5f, .below = 0.5f});
  checks::refused(Threshold{.below = 0.7f, .per_concept = {{"cat", 0.8f}}});
  checks::refused(Threshold{.others = Threshold::Others::Drop});
}

TEST_CASE("Threshold takes concepts and regions in a graph, none of them too") {
  Graph graph("g");
  const Port<Concepts> concepts = graph.input<Concepts>("concepts").then(Threshold{}).named("kept");
  const auto results = made::run_all(graph, std::vector<Concepts>{{{"a", 0.9f}, {"b", 0.1f}}, {}, {{"a", NAN}}});
  REQUIRE(results[0][concepts].size() == 1);
  CHECK(*results[0][concepts].front() == Concepts{{"a", 0.9f}});
  CHECK(results[1].ok());
  CHECK(results[1][concepts].empty());
  CHECK_FALSE(results[2].ok());

  Graph of_regions("r");
  const Port<Region> kept = of_regions.input<std::vector<Region>>("regions").then(checks::spread<Region>).then(Threshold{}).named("kept");
  const auto none = made::run_all(of_regions, std::vector<std::vector<Region>>{{}, {Region{.concepts = {{"a", 0.9f}}}, Region{}}});
  CHECK(none[0][kept].empty());
  CHECK(none[1][kept].size() == 1);
}

TEST_CASE("Threshold says how it decided on each concept") {
  const auto reasons = Threshold{.below = 0.95f, .per_concept = {{"dog", 0.2f}}}.why(
      Concepts{{"cat", 0.96f}, {"dog", 0.3f}, {"fox", 0.4f}});
  REQUIRE(reasons.size() == 3);
  CHECK(reasons[0].text == "cat 0.96 >= below 0.95 -> dropped");
  CHECK(reasons[1].text == "fox 0.40 < at_least 0.50 -> dropped");
  CHECK(reasons[2].text == "dog 0.30 >= at_least 0.20 -> kept");
  CHECK(reasons[2].concept_name == "dog");
}
