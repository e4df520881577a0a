#include "workflow/operators/search.h"

#include <cmath>

#include "catch.h"
#include "operator_checks.h"
#include "temporary_folder.h"
#include "workflow/operators/concepts_of.h"
#include "workflow/operators/index.h"

using namespace workflow;

namespace {

Embedding towards(float degrees) { return {{std::cos(degrees / 57.29578f), std::sin(degrees / 57.29578f)}}; }

/// An app that knows a cat at 0 degrees and a dog at 60.
struct Known {
  TemporaryFolder folder;
  App app = App::open(folder / "app");
  Known() {
    const std::vector<IndexEntry> entries = {{.input_id = "cat.jpg", .embedding = towards(0)}, {.input_id = "dog.jpg", .embedding = towards(60)}};
    app.index(entries);
    app.submit({.input_id = "cat.jpg", .concepts = {{"cat", 1.0f}}, .by = "ada"});
    app.submit({.input_id = "dog.jpg", .concepts = {{"dog", 1.0f}}, .by = "ada"});
  }
};

}  // namespace

TEST_CASE("Search finds an app's likest inputs for each embedding, and ConceptsOf reads them") {
  const Known known;
  Graph graph("look");
  const auto hits = graph.input<Embedding>("in").then(Search{.app = known.app, .top = 1, .at_least = 0.9f}).named("hits");
  const auto said = hits.then(ConceptsOf{}).named("said");
  const auto results = made::run_all(graph, std::vector<Embedding>{towards(5), towards(58), towards(30)});
  REQUIRE(results[0][hits].front()->size() == 1);
  CHECK((*results[0][hits].front())[0].input_id == "cat.jpg");
  CHECK(results[0][said].front()->top().name == "cat");
  CHECK(results[1][said].front()->top().name == "dog");
  CHECK(results[2][hits].front()->empty());
  CHECK(results[2][said].front()->empty());
}

TEST_CASE("Search filters before it ranks") {
  const Known known;
  const Search search{.app = known.app, .filter = {.not_concepts = {"cat"}}};
  const std::vector<Embedding> one = {towards(0)};
  const std::vector<Hits> hits = search(Batch<Embedding>(one));
  REQUIRE(hits[0].size() == 1);
  CHECK(hits[0][0].input_id == "dog.jpg");
}

TEST_CASE("Search looks only where the concepts it waits for were seen") {
  const Known known;
  Graph graph("look");
  const auto seen = graph.input<Concepts>("seen");
  const auto place = seen.then([](const Concepts&) { return towards(0); });
  const auto hits = place.then(Search{.app = known.app, .when = {"animal", "sharp"}}, seen).named("hits");
  const auto results = made::run_all(graph, std::vector<Concepts>{{{"animal", 0.9f}, {"sharp", 0.5f}}, {{"animal", 0.9f}}, {}});
  CHECK(results[0][hits].size() == 1);
  CHECK(results[1][hits].empty());
  CHECK(results[2][hits].empty());

  CHECK_THAT(made::message_of([&] { place.then(Search{.app = known.app, .when = {"animal"}}); }), Catch::Contains("wanted a second port"));
  CHECK_THAT(made::message_of([&] { place.then(Search{.app = known.app}, seen); }), Catch::Contains("wanted concepts to wait for"));
}

TEST_CASE("one bad embedding fails alone; no embeddings cost nothing") {
  const Known known;
  Graph graph("look");
  const auto hits = graph.input<std::vector<Embedding>>("in").then(checks::spread<Embedding>).then(Search{.app = known.app}).named("hits");
  const auto results = made::run_all(graph, std::vector<std::vector<Embedding>>{{}, {towards(1), {{made::nan, 0}}, {{1, 2, 3}}, towards(2)}});
  CHECK(results[0].ok());
  CHECK(results[0][hits].empty());
  CHECK(results[1][hits].size() == 2);
  CHECK(results[1].errors().size() == 2);
  CHECK_THAT(results[1].errors()[1].what(), Catch::Contains("got one of 3 numbers"));
}

TEST_CASE("Search and Index want an app, and their settings come back from JSON") {
  const Known known;
  checks::refused(Search{});
  checks::refused(Index{});
  checks::refused(Search{.app = known.app, .top = 0});
  checks::refused(Search{.app = known.app, .at_least = 1.5f});
  checks::json_round_trip(Search{.app = known.app, .top = 3, .at_least = 0.5f, .metric = Search::Metric::Euclidean,
                                 .filter = {.concepts = {"cat"}}, .when = {"animal"}, .model = "m@1"});
  checks::json_round_trip(Index{.app = known.app, .model = "m@1"});
}

TEST_CASE("Index writes each input's embeddings at once, and again without a change; a failed input writes none") {
  const TemporaryFolder folder;
  const App app = App::open(folder / "app");
  Graph graph("fill");
  const auto places = graph.input<std::vector<Embedding>>("in").then(checks::spread<Embedding>);
  places.then(Index{.app = app, .model = "m@1"}).named("indexed");
  const std::vector<std::vector<Embedding>> inputs = {{towards(0), towards(10)}, {}, {towards(20), {{made::nan, 0}}}, {towards(30)}};
  const auto results = made::run_all(graph, inputs);
  CHECK_FALSE(results[2].ok());
  REQUIRE(app.index_report().size() == 1);
  CHECK(app.index_report()[0].vectors == 3);
  CHECK(app.search({.like = towards(20), .at_least = 0.999f}).empty());
  made::run_all(graph, inputs);
  CHECK(app.index_report()[0].vectors == 3);

  const TemporaryFolder elsewhere;
  const App dry = App::open(elsewhere / "app");
  Graph other("fill");
  other.input<Embedding>("in").then(Index{.app = dry});
  Executor({.threads = 1, .effects = false}).run(other, std::vector<Embedding>{towards(0)}).finish();
  CHECK(dry.index_report().empty());
}

TEST_CASE("what a run put into the index goes with the run") {
  const TemporaryFolder folder;
  const App app = App::open(folder / "app");
  Graph graph("fill");
  graph.input<Embedding>("in").then(Index{.app = app});
  Run run = Executor({.threads = 1}).run(graph, std::vector<Embedding>{towards(0), towards(5)});
  run.finish();
  CHECK(app.search({.like = towards(0)}).size() == 2);
  app.undo(run.id());
  CHECK(app.search({.like = towards(0)}).empty());
}
