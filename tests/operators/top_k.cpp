#include "workflow/operators/top_k.h"

#include "catch.h"
#include "run_once.h"

using namespace workflow;
using made::message_of;
using made::region;

TEST_CASE("the k best concepts stay, all of them where there are fewer") {
  const Concepts concepts{{"a", 0.1f}, {"b", 0.7f}, {"c", 0.2f}};
  CHECK(TopK{.k = 2}(concepts) == Concepts{{"b", 0.7f}, {"c", 0.2f}});
  CHECK(TopK{.k = 1}(concepts) == Concepts{{"b", 0.7f}});
  CHECK(TopK{}(concepts) == concepts);
  CHECK(TopK{.k = std::numeric_limits<int>::max()}(concepts) == concepts);
  CHECK(TopK{}(Concepts{}).empty());
}

TEST_CASE("the k best regions of each photo stay, best first, equal scores in their order") {
  const std::vector regions{region({0, 0, 0.1f, 0.1f}, 0.5f), region({}, 0.9f), region({0, 0, 0.2f, 0.2f}, 0.5f), region({}, 0.1f)};
  const TopK top{.k = 3};
  CHECK(top(Group<Region>(std::span(regions))) == std::vector{regions[1], regions[0], regions[2]});
  CHECK(top(Group<Region>()).empty());
}

TEST_CASE("the k best are those of one photo, not of all that go through together") {
  Graph graph("g");
  const auto photo = graph.input<Image>("photo");
  const auto best = photo
                        .then([](const Image& image) {
                          return std::vector<Region>(static_cast<std::size_t>(image.width() - 1),
                                                     region({}, 0.1f * static_cast<float>(image.width())));
                        })
                        .then(TopK{.k = 2});
  const auto results = made::run_all(graph, std::vector{made::image(1, 1), made::image(4, 1), made::image(2, 1)});
  CHECK(results[0][best].empty());
  CHECK(results[1][best].size() == 2);
  CHECK(results[2][best].size() == 1);
}

TEST_CASE("a score of NaN is an error that names step and input, and takes down no other input") {
  Graph graph("g");
  const auto photo = graph.input<Image>("photo");
  const auto regions = photo.then(made::FindsBrokenOnOnePixel{.broken = region({}, made::nan)}).then(TopK{.k = 1}).named("best");
  const auto concepts = photo
                            .then([](const Image& image) {
                              return Concepts{{"a", image.width() == 1 ? made::nan : 0.5f}, {"b", 0.4f}};
                            })
                            .then(TopK{.k = 1})
                            .named("first");
  const auto results = made::run_all(graph, std::vector{made::image(1, 1), made::image(2, 2)});
  REQUIRE(results[0].errors().size() == 2);
  CHECK(std::string(results[0].errors()[0].what()) == "[g/best] input \"0\": wanted a region's score in 0..1, got NaN");
  CHECK(std::string(results[0].errors()[1].what()) == "[g/first] input \"0\": wanted a score in 0..1, got NaN for \"a\"");
  CHECK(results[1].ok());
  CHECK(results[1][regions].size() == 1);
  CHECK(*results[1][concepts].front() == Concepts{{"a", 0.5f}});
}

TEST_CASE("a k below 1 is refused when the step is added") {
  Graph graph("g");
  const auto concepts = graph.input<Concepts>("concepts");
  CHECK(message_of([&] { concepts.then(TopK{.k = 0}); }) == "[g/top-k] k: wanted at least 1, got 0");
  CHECK(message_of([&] { concepts.then(TopK{.k = 1}); }) == "nothing was thrown");
}
