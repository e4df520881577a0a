#include "workflow/operators/map_concepts.h"

#include <cmath>

#include "catch.h"
#include "operator_checks.h"

using namespace workflow;

namespace {

ConceptGraph words() {
  ConceptGraph words;
  words.synonym("couch", "sofa");
  words.synonym("divan", "sofa");
  words.hypernym("sofa", "furniture");
  words.hypernym("chair", "furniture");
  words.hypernym("furniture", "thing");
  return words;
}

}  // namespace

TEST_CASE("MapConcepts says each concept's synonym, and merges those that meet") {
  const Concepts seen{{"couch", 0.6f}, {"divan", 0.2f}, {"lamp", 0.1f}};
  CHECK(MapConcepts{.relations = words()}(seen) == Concepts{{"sofa", 0.6f}, {"lamp", 0.1f}});
  CHECK(MapConcepts{.relations = words(), .merge = MapConcepts::Merge::Mean}(seen).score("sofa") == Approx(0.4f));
  CHECK(MapConcepts{.relations = words(), .merge = MapConcepts::Merge::NoisyOr}(seen).score("sofa") == Approx(0.68f));
  CHECK(MapConcepts{.relations = words(), .unmapped = MapConcepts::Unmapped::Drop}(seen) == Concepts{{"sofa", 0.6f}});
}

TEST_CASE("MapConcepts rolls a concept's score up to what it is one of, each only once") {
  ConceptGraph diamond = words();
  diamond.hypernym("sofa", "seat");
  diamond.hypernym("seat", "furniture");
  const Concepts seen{{"couch", 0.5f}, {"chair", 0.5f}};
  const Concepts up = MapConcepts{.relations = diamond, .merge = MapConcepts::Merge::NoisyOr, .roll_up = MapConcepts::RollUp::Hypernyms}(seen);
  CHECK(up.score("sofa") == 0.5f);
  CHECK(up.score("seat") == 0.5f);
  CHECK(up.score("furniture") == Approx(0.75f));
  CHECK(up.score("thing") == Approx(0.75f));
  const Concepts near = MapConcepts{.relations = words(), .transitive = false, .roll_up = MapConcepts::RollUp::Hypernyms}(seen);
  CHECK(near.find("furniture"));
  CHECK_FALSE(near.find("thing"));
}

TEST_CASE("MapConcepts maps the concepts inside a region, and nothing to nothing") {
  const Region region{.box = {0, 0, 0.5f, 0.5f}, .score = 0.3f, .concepts = {{"couch", 0.6f}}};
  const Region mapped = MapConcepts{.relations = words()}(region);
  CHECK(mapped.concepts == Concepts{{"sofa", 0.6f}});
  CHECK(mapped.box == region.box);
  CHECK(mapped.score == 0.3f);
  CHECK(MapConcepts{.relations = words()}(Concepts{}).empty());
  CHECK(MapConcepts{.relations = words()}(Region{}).concepts.empty());
  CHECK(MapConcepts{}(Concepts{{"a", 1.0f}}) == Concepts{{"a", 1.0f}});
}

TEST_CASE("MapConcepts refuses a score that is no probability") {
  for (const float score : {NAN, -0.1f, 1.1f})
    CHECK(checks::error_of([&] { MapConcepts{.relations = words()}(Concepts{{"couch", score}}); }) == ErrorCode::InvalidValue);
}

TEST_CASE("MapConcepts carries its relations through JSON, and tells a circle in them") {
  checks::json_round_trip(MapConcepts{.relations = words(), .merge = MapConcepts::Merge::NoisyOr, .roll_up = MapConcepts::RollUp::Hypernyms});
  checks::json_round_trip(MapConcepts{});
  const auto read = [] { settings_from_json<MapConcepts>(Json::parse(R"({"relations": {"hypernyms": {"a": ["b"], "b": ["a"]}}})")); };
  CHECK(checks::error_of(read) == ErrorCode::InvalidSetting);
  CHECK_THAT(made::message_of(read), Catch::Contains(R"(relations: hypernyms go in a circle: "a" -> "b" -> "a")"));
}

TEST_CASE("MapConcepts works in a graph on an input without concepts") {
  Graph graph("g");
  const Port<Concepts> mapped = graph.input<Concepts>("in").then(MapConcepts{.relations = words()}).named("mapped");
  const auto results = made::run_all(graph, std::vector<Concepts>{{}, {{"couch", 0.5f}}});
  CHECK((*results[0][mapped].front()).empty());
  CHECK(*results[1][mapped].front() == Concepts{{"sofa", 0.5f}});
}
