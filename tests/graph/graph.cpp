#include "workflow/graph/graph.h"

#include "catch.h"
#include "made.h"
#include "workflow/operators/operators.h"

using namespace workflow;

namespace {

struct Finder {
  std::vector<std::vector<Region>> operator()(Batch<Image> images) const {
    return std::vector<std::vector<Region>>(images.size(), {made::region({0, 0, 0.5f, 0.5f})});
  }
};

struct Reader {
  std::vector<Concepts> operator()(Batch<Image> images) const { return std::vector<Concepts>(images.size(), Concepts{{"a", 1.0f}}); }
};

std::string message_of(auto&& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "nothing was thrown";
}

}  // namespace

TEST_CASE("A step's values and level follow from the operator's signature") {
  Graph graph("g");
  const Port<Image> photo = graph.input<Image>("photo");
  const Port<Region> regions = photo.then(Finder{});
  const Port<Region> kept = regions.then([](const Region& region) { return region.score > 0.5f; });
  const Port<Image> crops = kept.then(Crop{});
  const Port<Concepts> read = crops.then(Reader{});
  const Port<Concepts> count = regions.then(Count{});
  const Port<Region> best = regions.then(NonMaximumSuppression{});
  const Port<float> maybe = crops.then([](const Image& image) -> std::optional<float> { return static_cast<float>(image.width()); });

  const Drawing& drawing = *graph.drawing();
  const auto depth = [&](auto port) { return drawing.levels[drawing.steps[port.step()].level].depth; };
  CHECK(depth(photo) == 0);
  CHECK(depth(regions) == 1);
  CHECK(depth(kept) == 1);
  CHECK(depth(crops) == 1);
  CHECK(depth(read) == 1);
  CHECK(depth(count) == 0);
  CHECK(depth(best) == 1);
  CHECK(depth(maybe) == 1);
  CHECK(drawing.steps[regions.step()].level == drawing.steps[read.step()].level);
  CHECK(drawing.steps[regions.step()].level != drawing.steps[best.step()].level);
}

TEST_CASE("A generic operator takes single items, never a batch or a group") {
  Graph graph("g");
  const auto photo = graph.input<Image>("photo");
  const Port<Image> same = photo.then([](const auto& value) { return value; });
  CHECK(graph.drawing()->steps[same.step()].level == 0);
}

TEST_CASE("An ancestor that no earlier step gives is an error that names graph and step") {
  Graph graph("captions");
  const auto text = graph.input<Text>("text");
  const std::string message = message_of([&] { text.then([](const Text&, const Image&) { return Text{}; }); });
  CHECK(message == "[captions/lambda] wanted a value of type Image among the ancestors of \"text\", got none");
}

TEST_CASE("A setting out of range is refused when the step is added") {
  Graph graph("g");
  const auto regions = graph.input<Image>("photo").then(Finder{});
  CHECK(message_of([&] { regions.then(Crop{.margin = 0.0f}); }) == "[g/crop] margin: wanted above 0, got 0");
  CHECK(message_of([&] { regions.then(Keep{.at_least = 1.5f}); }) == "[g/keep] at_least: wanted 0..1, got 1.5");
  CHECK(message_of([&] { regions.then(Keep{.at_least = std::nanf("")}); }) == "[g/keep] at_least: wanted 0..1, got nan");
  CHECK(graph.drawing()->steps.size() == 2);
}

TEST_CASE("A group of the inputs themselves is an error, as they have no parent") {
  Graph graph("g");
  const auto photo = graph.input<Image>("photo");
  CHECK_THAT(message_of([&] { photo.then(Count{}); }), Catch::Contains("wanted items under a parent"));
}

TEST_CASE("A name used twice is refused, and a made-up name gives way to a host's") {
  Graph graph("g");
  const auto photo = graph.input<Image>("photo");
  const auto first = photo.then(Resize{.width = 10});
  CHECK(first.name() == "resize");
  const auto second = photo.then(Resize{.width = 20}).named("resize");
  CHECK(second.name() == "resize");
  CHECK(first.name() == "resize-2");
  CHECK_THAT(message_of([&] { first.named("resize"); }), Catch::Contains("the name \"resize\" is taken"));
  CHECK_THAT(message_of([&] { graph.input<Image>("photo"); }), Catch::Contains("the name \"photo\" is taken"));
  CHECK_THAT(message_of([&] { first.named("a/b"); }), Catch::Contains("without '/'"));
  CHECK_THAT(message_of([&] { Graph(""); }), Catch::Contains("wanted a name"));
}

TEST_CASE("A port of another graph is refused") {
  Graph one("one");
  Graph two("two");
  const auto a = one.input<Concepts>("a");
  const auto b = two.input<Concepts>("b");
  const auto join = [](const Concepts& x, const Concepts&) { return x; };
  CHECK(message_of([&] { a.then(join, b); }) == "[one] wanted a port of this graph, got \"b\" of the graph \"two\"");
}

TEST_CASE("A second port that stands deeper than the first is refused") {
  Graph graph("g");
  const auto photo = graph.input<Image>("photo");
  const auto regions = photo.then(Finder{});
  const auto join = [](const Image& image, const Region&) { return image; };
  CHECK_THAT(message_of([&] { photo.then(join, regions); }), Catch::Contains("stands deeper"));
}

TEST_CASE("Check tells every problem at once") {
  Graph graph("g");
  CHECK(graph.check().size() == 1);
  graph.input<Image>("a");
  graph.input<Image>("b");
  const auto problems = graph.check();
  REQUIRE(problems.size() == 2);
  CHECK(fmt::format("{}", problems[0]) == "a: nothing reads this input; add a step with then(), or leave the input out");
  CHECK(problems[1].step == "b");
}

TEST_CASE("A port is found by its name and type in a graph") {
  Graph graph("g");
  graph.input<Image>("photo").then(Finder{}).named("faces");
  CHECK(graph.port<Region>("faces").name() == "faces");
  CHECK_THAT(message_of([&] { graph.port<Concepts>("faces"); }), Catch::Contains("carries Region, not Concepts"));
  CHECK_THAT(message_of([&] { graph.port<Region>("face"); }), Catch::Contains("did you mean \"faces\"?"));
}

TEST_CASE("The graph prints itself in Graphviz's language") {
  Graph graph("say \"hi\"");
  graph.input<Image>("photo").then(Finder{}).then(Crop{.margin = 2}).named("cut");
  const std::string dot = graph.to_dot();
  CHECK_THAT(dot, Catch::Contains("digraph \"say \\\"hi\\\"\""));
  CHECK_THAT(dot, Catch::Contains("\"cut\" [label=\"cut (crop)\"]"));
  CHECK_THAT(dot, Catch::Contains("\"photo\" -> \"cut\" [label=\"Image\", style=dashed]"));
}
