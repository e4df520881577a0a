#include <fmt/format.h>

#include "catch.h"
#include "made.h"
#include "workflow/operators/operators.h"
#include "workflow/run/executor.h"

using namespace workflow;

namespace {

const auto two_regions = [](const Image&) {
  return std::vector<Region>{made::region({0.0f, 0.0f, 0.5f, 0.5f}, 0.9f, "face"), made::region({0.5f, 0.5f, 1.0f, 1.0f}, 0.8f, "hand")};
};
const auto one_region = [](const Image&) { return std::vector<Region>{made::region({0.5f, 0.0f, 1.0f, 0.5f}, 0.7f, "eye")}; };
const auto mood = [](const Image& image) { return Concepts{{"wide", image.width() > image.height() ? 0.75f : 0.25f}, {"high", 0.5f}}; };

Json json_of(Graph& graph, Image image = made::image(40, 40)) {
  return Executor({.threads = 1}).run(graph, std::vector{std::move(image)}).next()->to_json();
}

}  // namespace

TEST_CASE("What was read off a crop stands inside the region that it was cut from") {
  Graph graph("faces");
  const auto photo = graph.input<Image>("photo");
  const auto regions = photo.then(two_regions).named("regions");
  regions.then(Crop{}).then(mood).named("mood");
  const Json json = json_of(graph);
  CHECK(json.dump() ==
        R"({"id":"0","graph":"faces","ok":true,"image":{"width":40,"height":40},"data":{"regions":[)"
        R"({"id":"0","value":0.9,"region_info":{"bounding_box":{"top_row":0.0,"left_col":0.0,"bottom_row":0.5,"right_col":0.5}},)"
        R"("data":{"concepts":[{"id":"face","name":"face","value":0.9,"from":"regions"},)"
        R"({"id":"high","name":"high","value":0.5,"from":"mood"},{"id":"wide","name":"wide","value":0.25,"from":"mood"}]}},)"
        R"({"id":"1","value":0.8,"region_info":{"bounding_box":{"top_row":0.5,"left_col":0.5,"bottom_row":1.0,"right_col":1.0}},)"
        R"("data":{"concepts":[{"id":"hand","name":"hand","value":0.8,"from":"regions"},)"
        R"({"id":"high","name":"high","value":0.5,"from":"mood"},{"id":"wide","name":"wide","value":0.25,"from":"mood"}]}}]}})");
}

TEST_CASE("A region that a step dropped is not shown, and the others keep their ids") {
  Graph graph("g");
  graph.input<Image>("photo").then(two_regions).then(Keep{.concepts = {"hand"}}).named("hands");
  const Json json = json_of(graph);
  const auto& regions = json.at("data").at("regions").items();
  REQUIRE(regions.size() == 1);
  CHECK(regions[0].at("id").string() == "1");
}

TEST_CASE("A region found on the crop of a region is placed on the input's own picture") {
  Graph graph("g");
  const auto faces = graph.input<Image>("photo").then(two_regions);
  faces.then(Crop{}).then(one_region).named("eyes");
  const Json json = json_of(graph);
  const Json& eye = json.at("data").at("regions").at(1).at("data").at("regions").at(std::size_t{0});
  CHECK(eye.at("id").string() == "1/0");
  const Json& box = eye.at("region_info").at("bounding_box");
  CHECK(box.at("left_col").number() == 0.75);
  CHECK(box.at("right_col").number() == 1.0);
  CHECK(box.at("top_row").number() == 0.5);
  CHECK(box.at("bottom_row").number() == 0.75);
}

TEST_CASE("Boxes are relative to the input's picture also where that is a crop itself") {
  Graph graph("g");
  graph.input<Image>("photo").then(two_regions).then(Crop{}).then(one_region).named("eyes");
  const Json whole = json_of(graph);
  const Json part = json_of(graph, made::image(80, 80).crop({0.25f, 0.25f, 0.75f, 0.75f}));
  CHECK(part.at("data") == whole.at("data"));
}

TEST_CASE("Two classifiers on one picture are told apart by the step") {
  Graph graph("g");
  const auto photo = graph.input<Image>("photo");
  photo.then(mood).named("first");
  photo.then(mood).named("second");
  const Json json = json_of(graph);
  const auto& concepts = json.at("data").at("concepts").items();
  REQUIRE(concepts.size() == 4);
  CHECK(concepts[0].at("from").string() == "first");
  CHECK(concepts[3].at("from").string() == "second");
}

TEST_CASE("Embeddings, landmarks, texts, numbers and parts have a place each; what has none is left out") {
  struct Secret {};
  Graph graph("g");
  const auto photo = graph.input<Image>("photo");
  photo.then([](const Image&) { return Embedding{{1, 2}}; }).named("place");
  photo.then([](const Image&) { return Landmarks{{{0.5f, 0.25f}}}; }).named("points");
  photo.then([](const Image&) { return Text{"hello"}; }).named("words");
  photo.then([](const Image&) { return 42; }).named("number");
  photo.then([](const Image&) { return Secret{}; }).named("secret");
  photo.then(Tile{.size = 20, .largest_object = 0}).then(mood).named("moods");
  const Json data = json_of(graph).at("data");
  CHECK(data.at("embeddings").dump() == R"([{"num_dimensions":2,"vector":[1.0,2.0],"from":"place"}])");
  CHECK(data.at("landmarks").dump() == R"([{"points":[{"row":0.25,"col":0.5}],"from":"points"}])");
  CHECK(data.at("texts").dump() == R"([{"raw":"hello","from":"words"}])");
  CHECK(data.at("values").dump() == R"([{"value":42,"from":"number"}])");
  CHECK(data.at("parts").size() == 4);
  CHECK(data.at("parts").at(3).at("id").string() == "3");
  CHECK_FALSE(data.contains("regions"));
}

TEST_CASE("A result with nothing in it has an empty data") {
  Graph graph("g");
  graph.input<Image>("photo").then([](const Image&) { return std::vector<Region>{}; }).named("faces");
  CHECK(json_of(graph).at("data").dump() == "{}");
}

TEST_CASE("What failed is told with the place, and the rest is there all the same") {
  Graph graph("g");
  const auto photo = graph.input<Image>("photo");
  photo.then(mood).named("mood");
  photo.then([](const Image&) -> int { throw std::runtime_error("no"); }).named("broken");
  const Json json = json_of(graph);
  CHECK_FALSE(json.at("ok").boolean());
  CHECK(json.at("errors").dump() == R"(["[g/broken] input \"0\": no"])");
  CHECK(json.at("data").at("concepts").size() == 2);
}

TEST_CASE("Values are found by the step's name, and asked for as another type they are refused") {
  Graph graph("g");
  graph.input<Image>("photo").then(mood).named("mood");
  const auto result = Executor({.threads = 1}).run(graph, std::vector{made::image(9, 9)}).next();
  CHECK(result->get<Concepts>("mood").front()->score("high") == 0.5f);
  CHECK_THROWS_WITH(result->get<Region>("mood"), Catch::Contains("carries Concepts, not Region"));
  CHECK_THROWS_WITH(result->get<Concepts>("moot"), Catch::Contains("did you mean \"mood\"?"));
}

TEST_CASE("Asking for a value that is not there tells the input's own error, or that there is none") {
  Graph graph("g");
  const auto n = graph.input<int>("n");
  const auto kept = n.then([](const int& i) { return i == 0 ? throw std::runtime_error("zero") : i > 1; }).named("kept");
  auto run = Executor({.threads = 1}).run(graph, std::vector{0, 1});
  const auto failed = run.next();
  const auto dropped = run.next();
  CHECK_THROWS_WITH((*failed)[kept].front(), "[g/kept] input \"0\": zero");
  CHECK_THROWS_WITH((*dropped)[kept].front(), Catch::Contains("there is no such value here"));
  CHECK_THROWS_WITH(dropped->error(), Catch::Contains("ask ok() first"));
}
