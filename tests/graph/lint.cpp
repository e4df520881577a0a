#include <any>
#include <memory>
#include <string>
#include <vector>

#include "catch.h"
#include "graph/route_faults.h"
#include "workflow/graph/graph.h"
#include "workflow/operators/operators.h"

using namespace workflow;

namespace {

struct Nowhere final : Outlet {
  void commit(std::span<const std::vector<std::any>>) override {}
};

/// Writes what comes, to its outlet.
struct Note {
  std::shared_ptr<Outlet> to = std::make_shared<Nowhere>();
  template <class T>
  bool operator()(const T&) const {
    return true;
  }
  template <class T>
  std::any effect(const T&, const EffectContext&) const {
    return {};
  }
  std::shared_ptr<Outlet> outlet() const { return to; }
};

/// A model that knows what it may say.
struct Says {
  std::vector<std::string> known = {"cat", "dog"};
  const std::vector<std::string>& labels() const { return known; }
  Concepts operator()(const Image&) const { return {}; }
};

const auto rename_all = [](const Concepts& concepts) { return concepts; };

std::vector<std::string> told(const Graph& graph) {
  std::vector<std::string> lines;
  for (const Problem& problem : graph.check()) {
    lines.push_back(fmt::format("{}", problem));
    CHECK(lines.back().size() <= 200);
  }
  return lines;
}

}  // namespace

TEST_CASE("graphs that route as they should have no problem") {
  const auto app = std::make_shared<Nowhere>();
  Graph branching("branching");
  const auto concepts = branching.input<Image>("photo").then(Says{}).named("concepts");
  const auto bands = concepts.split(Bands{.accept = 0.8f, .review = 0.3f});
  bands.accept.then(Note{app});
  bands.review.then(Note{app});
  CHECK(told(branching).empty());

  Graph review("only what is to be reviewed");
  const auto mood = review.input<Concepts>("mood").then(rename_all).named("mood-2");
  mood.split(Bands{.accept = 0.9f, .review = 0.5f}).review.then(Note{app});
  CHECK(told(review).empty());

  Graph narrower("a part does something else");
  const auto seen = narrower.input<Concepts>("seen");
  seen.then(Threshold{.at_least = 0.3f}).named("to draw");
  seen.then(Threshold{.at_least = 0.8f}).then(Note{app});
  seen.then(Threshold{.at_least = 0.8f}).then(Note{});  // tells somebody else as well
  CHECK(told(narrower).empty());

  Graph chain("narrower and narrower");
  chain.input<Image>("photo").then(Says{}).then(TopK{.k = 3}).then(Threshold{.at_least = 0.2f, .per_concept = {{"cat", 0.1f}}})
      .then(Sample{.fraction = 0.5f}).then(Threshold{.at_least = 0.9f}).then(Note{app});
  CHECK(told(chain).empty());
}

TEST_CASE("scores between two ways are told, with the gap's limits") {
  Graph graph("g");
  const auto concepts = graph.input<Concepts>("in");
  concepts.then(Threshold{.at_least = 0.8f}).named("sure");
  concepts.then(Threshold{.at_least = 0.3f, .below = 0.5f}).named("doubtful");
  const auto lines = told(graph);
  REQUIRE(lines.size() == 1);
  CHECK(lines[0] == "in: scores in [0.50, 0.80) take neither \"doubtful\" nor \"sure\"; close the gap, or use Bands, which takes every score once");
}

TEST_CASE("a gap of a single score, and of a single concept, is told") {
  Graph one("g");
  const auto a = one.input<Concepts>("in");
  a.then(Threshold{.at_least = 0.5f, .comparison = Threshold::Comparison::Above}).named("high");
  a.then(Threshold{.at_least = 0.5f, .comparison = Threshold::Comparison::Below}).named("low");
  REQUIRE(told(one).size() == 1);
  CHECK_THAT(told(one)[0], Catch::Contains("scores in 0.50 take neither"));

  Graph another("g");
  const auto b = another.input<Concepts>("in");
  b.then(Threshold{.at_least = 0.5f, .per_concept = {{"cat", 0.7f}}}).named("high");
  b.then(Threshold{.at_least = 0.5f, .comparison = Threshold::Comparison::Below}).named("low");
  REQUIRE(told(another).size() == 1);
  CHECK_THAT(told(another)[0], Catch::Contains("scores of \"cat\" in [0.50, 0.70) take neither"));
}

TEST_CASE("a split whose middle band nobody takes is a gap where the bands about it lead on") {
  Graph graph("g");
  const auto bands = graph.input<Concepts>("in").split(Bands{.accept = 0.8f, .review = 0.3f});
  bands.accept.then(Note{});
  bands.rest.then(Note{});
  REQUIRE(told(graph).size() == 1);
  CHECK_THAT(told(graph)[0], Catch::Contains("scores in [0.30, 0.80) take neither"));
}

TEST_CASE("scores that go two ways are told where neither is the wider one, or both write to one place") {
  Graph crossing("g");
  const auto a = crossing.input<Concepts>("in");
  a.then(Threshold{.at_least = 0.4f}).named("high");
  a.then(Threshold{.at_least = 0.2f, .below = 0.6f}).named("low");
  REQUIRE(told(crossing).size() == 1);
  CHECK(told(crossing)[0] == "in: scores in [0.40, 0.60) take both \"low\" and \"high\"; set one's limit where the other's is");

  const auto app = std::make_shared<Nowhere>();
  Graph twice("g");
  const auto b = twice.input<Concepts>("in");
  b.then(Threshold{.at_least = 0.8f}).named("sure").then(Note{app});
  b.then(Threshold{.at_least = 0.3f}).named("doubtful").then(rename_all).then(Note{app});
  REQUIRE(told(twice).size() == 1);
  CHECK_THAT(told(twice)[0], Catch::Contains("scores in [0.80, 1.00] take both \"doubtful\" and \"sure\", and both write them to the same place"));
}

TEST_CASE("a threshold that nothing can pass behind a band is told, and every writer below it") {
  Graph graph("g");
  const auto bands = graph.input<Concepts>("in").split(Bands{.accept = 0.8f, .review = 0.3f});
  const auto dead = bands.review.then(Threshold{.at_least = 0.9f}).named("dead");
  dead.then(Note{});
  dead.then(rename_all).then(Threshold{.at_least = 0.1f}).then(Note{});
  const auto lines = told(graph);
  REQUIRE(lines.size() == 3);
  CHECK(lines[0] == "dead: nothing that comes from \"band-2\" can pass: it wants [0.90, 1.00], and [0.30, 0.80) comes; loosen one of the two");
  CHECK_THAT(lines[1], Catch::Contains("nothing can reach it, so it never writes"));
  CHECK_THAT(lines[2], Catch::Contains("nothing can reach it, so it never writes"));
}

TEST_CASE("dead ends are seen by concept, and where scores are made anew nothing is said") {
  const auto only = [](const char* name, float at_least) {
    return Threshold{.per_concept = {{name, at_least}}, .others = Threshold::Others::Drop};
  };
  Graph other("g");
  other.input<Concepts>("in").then(only("cat", 0.5f)).then(only("dog", 0.5f)).named("dead");
  REQUIRE(told(other).size() == 1);
  CHECK_THAT(told(other)[0], Catch::Contains("it wants \"dog\" [0.50, 1.00], and \"cat\" [0.50, 1.00] comes"));

  Graph same("g");
  same.input<Concepts>("in").then(only("cat", 0.5f)).then(only("cat", 0.9f)).named("alive");
  CHECK(told(same).empty());

  Graph anew("g");
  anew.input<Concepts>("in").then(only("cat", 0.5f)).then(MapConcepts{}).then(only("dog", 0.5f)).named("alive");
  CHECK(told(anew).empty());
}

TEST_CASE("a sample of nothing, and what stands below it, is told; a count of nothing still counts") {
  Graph graph("g");
  const auto regions = graph.input<Image>("photo").then([](const Image&) { return std::vector<Region>(); });
  const auto none = regions.then(Sample{.fraction = 0}).named("none");
  none.then(Note{});
  none.then(Count{}).then(Note{});
  const auto lines = told(graph);
  REQUIRE(lines.size() == 2);
  CHECK(lines[0] == "none: it lets nothing through; change its settings or leave it out");
  CHECK_THAT(lines[1], Catch::Contains("note: nothing can reach it") || Catch::Contains("Note: nothing can reach it"));
}

TEST_CASE("a name that the model never says is told with the nearest one") {
  Graph graph("g");
  const auto said = graph.input<Image>("photo").then(Says{}).then(Threshold{.per_concept = {{"dogg", 0.9f}, {"cat", 0.2f}}}).named("kept");
  REQUIRE(told(graph).size() == 1);
  CHECK(told(graph)[0] == "kept: it names \"dogg\", which no concept that comes to it is called; did you mean \"dog\"?");
  said.then(rename_all).then(Threshold{.per_concept = {{"anything", 0.9f}}}).named("more");
  CHECK(told(graph).size() == 1);

  Graph dead("g");
  dead.input<Image>("photo").then(Says{}).then(Threshold{.per_concept = {{"fox", 0.9f}}, .others = Threshold::Others::Drop}).named("none");
  CHECK(told(dead).size() == 2);
}

TEST_CASE("names are followed through a map of concepts, and a map that knows none of them is told") {
  ConceptGraph words;
  words.synonym("dog", "hound");
  Graph graph("g");
  const auto said = graph.input<Image>("photo").then(Says{});
  said.then(MapConcepts{.relations = words}).then(Threshold{.per_concept = {{"hound", 0.9f}, {"cat", 0.2f}}}).named("right");
  CHECK(told(graph).empty());
  said.then(MapConcepts{.relations = words}).then(Threshold{.per_concept = {{"dog", 0.9f}}}).named("wrong");
  REQUIRE(told(graph).size() == 1);
  CHECK_THAT(told(graph)[0], Catch::Contains("wrong: it names \"dog\""));

  ConceptGraph others;
  others.synonym("couch", "sofa");
  Graph dead("g");
  dead.input<Image>("photo").then(Says{}).then(MapConcepts{.relations = others, .unmapped = MapConcepts::Unmapped::Drop}).named("mapped").then(Note{});
  const auto lines = told(dead);
  REQUIRE(lines.size() == 2);
  CHECK_THAT(lines[0], Catch::Contains("mapped: it takes out each of the 2 concepts"));
}

TEST_CASE("a step that nobody reads is told in a graph that writes") {
  Graph graph("g");
  const auto photo = graph.input<Image>("photo");
  const auto concepts = photo.then(Says{});
  const auto forgotten = photo.then(Says{});
  CHECK(told(graph).empty());  // results are read by ports
  concepts.then(Note{});
  REQUIRE(told(graph).size() == 1);
  CHECK_THAT(told(graph)[0], Catch::Contains("nothing reads this step"));
  forgotten.named("for the results");
  CHECK(told(graph).empty());
}

TEST_CASE("a large graph is looked through quickly") {
  Graph graph("g");
  auto at = graph.input<Concepts>("in");
  const auto app = std::make_shared<Nowhere>();
  // Each step is read twice: by the number of paths this would never end.
  for (int i = 0; i < 300; ++i) at = at.then([](const Concepts& a, const Concepts&) { return a; }, at);
  at.then(Note{app});
  CHECK(told(graph).empty());
}
