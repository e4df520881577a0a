#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "catch.h"
#include "run_once.h"
#include "workflow/catalogue/catalogue.h"
#include "workflow/graph/operators.h"
#include "workflow/model/classifier.h"
#include "workflow/model/detector.h"
#include "workflow/model/embedder.h"
#include "workflow/model/landmarker.h"
#include "workflow/operators/operators.h"

using namespace workflow;

/// A host's own value.
struct Temperature {
  double celsius = 0;
};

namespace {

const Catalogue& no_models() {
  static const Catalogue none = Catalogue::open("");
  return none;
}

/// A host's own detector: a quarter of the image each, as sure as the image is bright.
struct Quarters {
  static constexpr std::string_view kind = "quarters";
  std::vector<Region> operator()(const Image& image) const {
    const float score = static_cast<float>(image.row(0)[0]) / 255;
    return {made::region({0, 0, 0.5f, 0.5f}, score, "dog"), made::region({0.5f, 0, 1, 0.5f}, score / 2, "cat"),
            made::region({0.4f, 0, 0.9f, 0.5f}, score / 3, "cat")};
  }
};

/// A host's own classifier.
struct Sizes {
  static constexpr std::string_view kind = "sizes";
  Concepts operator()(const Image& image) const {
    return {{"wide", static_cast<float>(image.width()) / 200}, {"high", static_cast<float>(image.height()) / 200}};
  }
};

/// A host's own operator with settings.
struct LargeEnough {
  float share = 0.01f;

  static constexpr std::string_view kind = "large-enough";
  static auto settings() { return std::tuple{setting("share", &LargeEnough::share, between(0, 1))}; }

  bool operator()(const Region& region) const { return region.box.area() >= share; }
};

struct IsWarm {
  double from = 20;

  static constexpr std::string_view kind = "is-warm";
  static auto settings() { return std::tuple{setting("from", &IsWarm::from)}; }

  bool operator()(const Temperature& value) const { return value.celsius >= from; }
};

/// A host's own operator on two ports.
struct Both {
  static constexpr std::string_view kind = "both";
  Concepts operator()(const Concepts& a, const Concepts& b) const { return {{a.top().name + b.top().name, a.top().score}}; }
};

Operators with_own() {
  return Operators::standard().with<Quarters>().with<Sizes>().with<LargeEnough>().with<Both>().with<IsWarm, Temperature>();
}

/// Every built-in operator that needs no model, none with its default settings.
Graph everything() {
  Graph graph("everything");
  const auto photo = graph.input<Image>("photo");
  const auto found = photo.then(Resize{.width = 200, .height = 100}).then(Quarters{}).named("found");
  found.then(NonMaximumSuppression{.iou = 0.3f, .by_concept = false}).then(TopK{.k = 1}).named("best");
  found.then(Count{.total = "all"}).named("how many");
  const auto kept = found.then(Keep{.at_least = 0.1f, .concepts = {"dog", "cat"}, .least_area = 0.01f, .most_area = 0.9f,
                                    .within = {0, 0, 0.8f, 1}});
  const auto read = kept.then(LargeEnough{.share = 0.2f}).then(Crop{.margin = 1.1f, .square = true, .least = 3}).then(Sizes{});
  read.split(Bands{.accept = 0.4f, .review = 0.2f, .accept_each = {{"wide", 0.5f}}, .review_each = {{"high", 0.1f}}});
  read.then(Both{}, read.then(TopK{.k = 1})).named("both");
  photo.then(Tile{.size = 64, .largest_object = 16}).then(Quarters{}).then(MergeTiles{.overlap = 0.4f}).named("merged");
  return graph;
}

Error refusal_of(std::string_view text, const Operators& operators = with_own()) {
  try {
    Graph::from_json(text, no_models(), operators);
  } catch (const Error& error) {
    const std::string message = error.what();
    CHECK(message.substr(0, message.find('\n')).size() <= 200);
    return error;
  }
  FAIL("nothing was thrown");
  throw;
}

std::vector<std::string> lines_of(const Error& error) {
  std::vector<std::string> lines;
  std::istringstream text(error.what());
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  return lines;
}

std::string with_steps(const std::string& steps) { return R"({"workflow": 1, "name": "g", "steps": [)" + steps + "]}"; }

const std::string photo = R"({"name": "photo", "kind": "input", "type": "Image"})";

}  // namespace

TEST_CASE("a graph with every built-in operator comes back from JSON without loss, and gives the same results") {
  const Graph graph = everything();
  const Json json = graph.to_json();
  const Graph again = Graph::from_json(json.dump(), no_models(), with_own());
  CHECK(again.to_json().dump(2) == json.dump(2));
  CHECK(Graph::from_json(json.dump(4), no_models(), with_own()).to_dot() == graph.to_dot());
  CHECK(again.check().empty());

  std::vector<Image> photos{made::image(300, 150, 255), made::image(64, 64, 200), made::image(5, 5, 20)};
  const auto first = made::run_all(graph, photos);
  const auto second = made::run_all(again, photos);
  for (std::size_t i = 0; i < photos.size(); ++i) {
    CHECK(first[i].to_json().dump(2) == second[i].to_json().dump(2));
    CHECK_FALSE(first[i].get<Region>("merged").empty());
  }
}

TEST_CASE("names and made-up names are kept, also where made-up ones are not those that would be made up now") {
  Graph graph("g");
  const auto concepts = graph.input<Concepts>("concepts");
  const auto first = concepts.then(TopK{.k = 1});
  concepts.then(TopK{.k = 2}).named("top-k");  // the first gives way
  concepts.then(TopK{.k = 3});
  REQUIRE(first.name() == "top-k-2");
  const Json json = graph.to_json();
  Graph again = Graph::from_json(json.dump(), no_models());
  CHECK(again.to_json() == json);
  // Whether a name was made up is kept, too: it still gives way.
  again.port<Concepts>("concepts").then(TopK{}).named("top-k-3");
  CHECK_THROWS_AS(again.port<Concepts>("concepts").then(TopK{}).named("top-k"), Error);
}

TEST_CASE("a host's own value type is carried by an input once it is named with the operator") {
  Graph graph("weather");
  graph.input<Temperature>("air").then(IsWarm{.from = 25.5}).named("warm");
  const Json json = graph.to_json();
  CHECK(json.at("steps").at(0).at("type").string() == "Temperature");
  const Graph again = Graph::from_json(json.dump(), no_models(), with_own());
  CHECK(again.to_json() == json);
  const auto results = made::run_all(again, std::vector<Temperature>{{25}, {26}});
  CHECK(results[0].get<Temperature>("warm").empty());
  CHECK(results[1].get<Temperature>("warm").front()->celsius == 26);
  CHECK_THAT(refusal_of(json.dump(), Operators::standard()).what(), Catch::Contains("unknown value type \"Temperature\""));
}

TEST_CASE("models come back by id and version") {
  const Catalogue catalogue = Catalogue::standard();
  std::optional<Graph> graph;
  try {
    graph.emplace("models");
    const auto photo_port = graph->input<Image>("photo");
    const auto faces = photo_port.then(catalogue.load<Detector>("face-detector")).named("faces").then(Crop{});
    faces.then(catalogue.load<Classifier>("face-expression")).named("expressions");
    faces.then(catalogue.load<Embedder>("face-embedder")).named("who");
    faces.then(catalogue.load<Landmarker>("face-landmarks")).named("points");
  } catch (const Error& error) {
    WARN("skipped, as the models' weights are not here: " << error.what());
    return;
  }
  const Json json = graph->to_json();
  CHECK(json.at("steps").at(1).at("settings").dump() == R"({"model":"face-detector","version":1})");
  const Graph again = Graph::from_json(json.dump(), catalogue);
  CHECK(again.to_json() == json);
  CHECK(made::run_once(again, made::image(64, 64)).ok());

  const auto message = [&](const std::string& settings) {
    return made::message_of([&] {
      Graph::from_json(with_steps(photo + R"(, {"name": "x", "kind": "detector", "from": ["photo"], "settings": )" + settings + "}"),
                       catalogue);
    });
  };
  CHECK_THAT(message(R"({"model": "face-detektor"})"), Catch::Contains("step \"x\"") && Catch::Contains("face-detector"));
  CHECK_THAT(message(R"({"model": "face-detector", "version": 99})"), Catch::Contains("step \"x\""));
  CHECK_THAT(message(R"({"model": "face-detector", "version": 0})"), Catch::Contains("version"));
  CHECK_THAT(message(R"({"model": "face-expression"})"), Catch::Contains("step \"x\""));
  CHECK_THAT(message(R"({"modle": "face-detector"})"), Catch::Contains("model"));
}

TEST_CASE("each step that has no JSON is named, in one error") {
  Graph graph("g");
  const auto photo_port = graph.input<Image>("photo");
  photo_port.then([](const Image& image) { return image; }).named("same").then([](const Image&) { return true; });
  const std::string message = made::message_of([&] { graph.to_json(); });
  CHECK_THAT(message, Catch::StartsWith("[g] step \"same\": wanted an operator with a kind and settings(), got "));
  CHECK_THAT(message, Catch::Contains("(and 1 more)"));
  CHECK_THAT(message, Catch::Contains("\nstep \"lambda\": "));
}

TEST_CASE("every problem of a text is told at once, a line each, and none that only follows from another") {
  const Error error = refusal_of(with_steps(photo + R"(,
    {"name": "a", "kind": "crob", "from": ["photo"]},
    {"name": "b", "kind": "keep", "from": ["a"], "settings": {"at_least": 0.5}},
    {"name": "c", "kind": "keep", "from": ["a"], "settings": {"at_least": 7}},
    {"name": "d", "kind": "resize", "from": ["photo"], "settings": {"widht": 5}},
    {"name": "e", "kind": "resize", "from": ["photo"], "settings": {"width": "5"}},
    {"name": "f", "kind": "resize", "from": ["foto"], "settings": {"width": 5}},
    {"name": "g", "kind": "resize", "from": ["h"], "settings": {"width": 5}},
    {"name": "h", "kind": "resize", "from": ["g"], "settings": {"width": 5}},
    {"name": "i", "kind": "resize", "from": ["i"], "settings": {"width": 5}},
    {"name": "photo", "kind": "resize", "from": ["photo"], "settings": {"width": 5}},
    {"name": "j", "kind": "keep", "from": ["photo"]},
    {"name": "k", "kind": "crop", "form": ["photo"], "from": ["photo"]},
    {"name": "l", "kind": "input", "type": "Picture"},
    {"name": "m", "kind": "input"},
    {"name": "n", "kind": "resize"},
    {"name": "o", "kind": "resize", "from": []},
    {"name": "p", "kind": "resize", "from": ["photo", "photo", "photo"]},
    {"name": "q", "kind": "resize", "from": [1]},
    {"name": "r", "kind": "resize", "from": ["photo"], "named": 1},
    {"name": "s/t", "kind": "resize", "from": ["photo"], "settings": {"width": 5}},
    {"name": "", "kind": "input", "type": "Image"},
    {"kind": "resize"},
    {"name": 5},
    {"name": "u"},
    7)"));
  CHECK(error.code() == ErrorCode::InvalidGraph);
  const auto lines = lines_of(error);
  const auto has = [&](const std::string& part) {
    return std::any_of(lines.begin() + 1, lines.end(), [&](const std::string& line) { return line.find(part) != std::string::npos; });
  };
  CHECK_THAT(lines.at(0), Catch::Contains("[g] step \"a\": unknown kind \"crob\"; did you mean \"crop\"?"));
  CHECK_THAT(lines.at(0), Catch::Contains("(and 22 more)"));
  CHECK(lines.size() == 24);
  CHECK_FALSE(has("step \"b\""));
  CHECK(has("step \"c\": at_least: wanted 0..1, got 7"));
  CHECK(has("step \"d\": wanted one of width, height, got \"widht\"; did you mean \"width\"?"));
  CHECK(has("step \"e\": width: wanted a whole number, got \"5\""));
  CHECK(has("step \"f\": reads \"foto\", which no step is called; did you mean \"photo\"?"));
  CHECK(has("step \"g\": reads \"h\", which does not stand before it"));
  CHECK_FALSE(has("step \"h\""));
  CHECK(has("step \"i\": reads \"i\", which does not stand before it"));
  CHECK(has("step \"photo\": the name is taken by step 0"));
  CHECK(has("step \"j\": this operator does not take Image"));
  CHECK(has("step \"k\": unknown member \"form\"; did you mean \"from\"?"));
  CHECK(has("step \"l\": unknown value type \"Picture\""));
  CHECK(has("step \"m\": \"type\": wanted the type of the input's values, got nothing"));
  CHECK(has("step \"n\": \"from\": wanted the names of the steps that it reads, got nothing"));
  CHECK(has("step \"o\": \"from\": wanted one or two names of steps, got 0"));
  CHECK(has("step \"p\": \"from\": wanted one or two names of steps, got 3"));
  CHECK(has("step \"q\": \"from\": wanted names of steps, got"));
  CHECK(has("step \"r\": \"named\": wanted true or false, got"));
  CHECK(has("step \"s/t\": wanted a step's name without '/'"));
  CHECK(has("step \"\": wanted a name for the step, got an empty one"));
  CHECK(has("step 22: \"name\": wanted the step's name, got nothing"));
  CHECK(has("step 23: \"name\": wanted the step's name, got"));
  CHECK(has("step \"u\": \"kind\": wanted the operator's kind, got nothing"));
  CHECK(has("step 25: wanted an object, got"));
}

TEST_CASE("an operator on two ports takes two, others do not") {
  const std::string concepts = R"({"name": "c", "kind": "input", "type": "Concepts"}, )";
  CHECK_NOTHROW(
      Graph::from_json(with_steps(concepts + R"({"name": "x", "kind": "both", "from": ["c", "c"]})"), no_models(), with_own()));
  // On one port, the second value is looked up among the ancestors.
  CHECK_THAT(refusal_of(with_steps(concepts + R"({"name": "x", "kind": "both", "from": ["c"]})")).what(),
             Catch::Contains("wanted a value of type Concepts among the ancestors of \"c\""));
  CHECK_THAT(refusal_of(with_steps(concepts + R"({"name": "x", "kind": "top-k", "from": ["c", "c"]})")).what(),
             Catch::Contains("this operator does not take Concepts and Concepts"));
}

TEST_CASE("the graph's own members are checked beside its steps") {
  const auto problem = [](std::string_view text) { return std::string(refusal_of(text).what()); };
  CHECK_THAT(problem(R"({"name": "g", "steps": []})"), Catch::Contains("\"workflow\": wanted the format's version"));
  CHECK_THAT(problem(R"({"workflow": 2, "name": "g", "steps": []})"), Catch::Contains("wanted format version 1, got 2"));
  CHECK_THAT(problem(R"({"workflow": "1", "name": "g", "steps": []})"), Catch::Contains("\"workflow\": wanted the format's version"));
  CHECK_THAT(problem(R"({"workflow": 1e300, "name": "g", "steps": []})"), Catch::Contains("\"workflow\": wanted the format's version"));
  CHECK_THAT(problem(R"({"workflow": 1, "name": "", "steps": []})"), Catch::Contains("wanted a name for the graph"));
  CHECK_THAT(problem(R"({"workflow": 1, "name": "g"})"), Catch::Contains("\"steps\": wanted the list of steps, got nothing"));
  CHECK_THAT(problem(R"({"workflow": 1, "name": "g", "steps": {}})"), Catch::Contains("\"steps\": wanted the list of steps"));
  CHECK_THAT(problem(R"({"workflow": 1, "name": "g", "steps": [], "stebs": []})"), Catch::Contains("did you mean \"steps\"?"));
  CHECK_THAT(problem(R"({"nam": "g", "steps": [{"name": "x", "kind": "y"}]})"), Catch::Contains("(and 3 more)"));
  CHECK(Graph::from_json(R"({"workflow": 1, "name": "g", "steps": []})", no_models()).check().size() == 1);
}

TEST_CASE("what is no JSON, or no object, is one error") {
  for (const std::string& text : {std::string(), std::string("no json"), std::string(R"({"workflow": 1)"), std::string("\0", 1),
                                  std::string(R"({"workflow": 1e400})"),
                                  std::string(100'000, '['), R"({"workflow": 1, "name": )" + std::string(100'000, '[')})
    CHECK(refusal_of(text).code() == ErrorCode::Unreadable);
  for (const char* text : {"null", "[]", "1e99", "\"graph\""}) CHECK_THAT(refusal_of(text).what(), Catch::Contains("wanted a JSON object"));
}

TEST_CASE("too many steps are refused, and as many as are allowed are read in a time that a host can wait for") {
  const auto chain = [](int count) {
    std::string steps = R"({"name": "c", "kind": "input", "type": "Concepts"})";
    for (int i = 1; i < count; ++i)
      steps += fmt::format(R"(, {{"name": "top-k{}", "kind": "top-k", "from": ["{}"]}})", i == 1 ? "" : fmt::format("-{}", i),
                           i == 1 ? "c" : i == 2 ? "top-k" : fmt::format("top-k-{}", i - 1));
    return with_steps(steps);
  };
  CHECK_THAT(refusal_of(chain(11'000)).what(), Catch::Contains("wanted at most 10000 steps, got 11000"));
  const auto start = std::chrono::steady_clock::now();
  const Graph graph = Graph::from_json(chain(10'000), no_models());
  CHECK(graph.drawing()->steps.size() == 10'000);
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(60));
}

TEST_CASE("thousands of long unknown names are refused in a time that a host can wait for, a hundred of them told") {
  std::string steps = photo;
  for (int i = 0; i < 5'000; ++i)
    steps += fmt::format(R"(, {{"name": "{}{}", "kind": "input", "type": "Text"}})", std::string(120, 'a'), i);
  for (int i = 0; i < 3'000; ++i)
    steps += fmt::format(R"(, {{"name": "x{}", "kind": "resize", "from": ["{}{}"]}})", i, std::string(120, 'b'), i);
  const auto start = std::chrono::steady_clock::now();
  const Error error = refusal_of(with_steps(steps));
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(60));
  CHECK(lines_of(error).size() == 101);
}

TEST_CASE("a name with line breaks keeps its problem on one line") {
  const Error error = refusal_of(with_steps(R"({"name": "a\nb", "kind": "c\nd", "from": []}, {"name": "e", "kind": "f"})"));
  CHECK(lines_of(error).size() == 3);
}
