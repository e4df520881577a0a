#include "workflow/operators/concepts_of.h"

#include <cmath>

#include "catch.h"
#include "operator_checks.h"

using namespace workflow;

namespace {

const Hits two{{{.input_id = "a", .score = 0.8f, .concepts = {{"cat", 0.5f}, {"pet", 1.0f}}},
                {.input_id = "b", .score = 0.2f, .concepts = {{"cat", 1.0f}}}}};

}  // namespace

TEST_CASE("ConceptsOf takes the best hit of each concept, or the hits' weighted mean") {
  const Concepts best = ConceptsOf{}(two);
  CHECK(best.score("pet") == Approx(0.8f));
  CHECK(best.score("cat") == Approx(0.4f));
  const Concepts mean = ConceptsOf{.by = ConceptsOf::By::Mean}(two);
  CHECK(mean.score("cat") == Approx(0.6f));
  CHECK(mean.score("pet") == Approx(0.8f));
}

TEST_CASE("No hits, hits without concepts and hits of score 0 say nothing, or 0") {
  for (const auto by : {ConceptsOf::By::Best, ConceptsOf::By::Mean}) {
    CHECK(ConceptsOf{.by = by}(Hits{}).empty());
    CHECK(ConceptsOf{.by = by}(Hits{{{.input_id = "a", .score = 1}}}).empty());
    CHECK(ConceptsOf{.by = by}(Hits{{{.input_id = "a", .score = 0, .concepts = {{"cat", 1.0f}}}}}).score("cat") == 0);
  }
  Graph graph("g");
  const Port<Concepts> said = graph.input<Hits>("hits").then(ConceptsOf{}).named("said");
  const auto results = made::run_all(graph, std::vector<Hits>{{}, two});
  CHECK((*results[0][said].front()).empty());
  CHECK((*results[1][said].front()).size() == 2);
}

TEST_CASE("ConceptsOf refuses scores that are none, and its settings come back from JSON") {
  CHECK(checks::error_of([] { ConceptsOf{}(Hits{{{.input_id = "a", .score = NAN}}}); }) == ErrorCode::InvalidValue);
  CHECK(checks::error_of([] { ConceptsOf{}(Hits{{{.input_id = "a", .score = 1, .concepts = {{"cat", 2.0f}}}}}); }) == ErrorCode::InvalidValue);
  checks::json_round_trip(ConceptsOf{.by = ConceptsOf::By::Mean});
}
