#include "workflow/operators/keep.h"

#include "catch.h"
#include "run_once.h"

using namespace workflow;
using made::message_of;
using made::region;

TEST_CASE("without conditions every region is kept") {
  CHECK(Keep{}(region({0, 0, 1, 1}, 0)));
  CHECK(Keep{}(Region{}));
}

TEST_CASE("a region is kept from its least score on") {
  const Keep keep{.at_least = 0.5f};
  CHECK(keep(region({}, 0.5f)));
  CHECK(keep(region({}, 1)));
  CHECK_FALSE(keep(region({}, 0.49f)));
}

TEST_CASE("only the top concept counts, and a region without concepts is none of them") {
  const Keep keep{.concepts = {"dog", "cat"}};
  Region both{.box = {}, .score = 0.9f, .concepts = {{"dog", 0.4f}, {"horse", 0.6f}}, .points = {}};
  CHECK_FALSE(keep(both));
  both.concepts = {{"dog", 0.6f}, {"horse", 0.4f}};
  CHECK(keep(both));
  CHECK(keep(region({}, 0.9f, "cat")));
  CHECK_FALSE(keep(Region{}));
}

TEST_CASE("the area is the share of the image that the box covers, both ends allowed") {
  const Keep keep{.least_area = 0.25f, .most_area = 0.5f};
  CHECK(keep(region({0, 0, 0.5f, 0.5f})));
  CHECK(keep(region({0, 0, 0.5f, 1})));
  CHECK_FALSE(keep(region({0, 0, 0.5f, 0.25f})));
  CHECK_FALSE(keep(region({0, 0, 1, 1})));
  // What sticks out of the image covers nothing of it.
  CHECK(keep(region({-3, 0, 0.5f, 1})));
  CHECK_FALSE(keep(region({1.5f, 0, 2.5f, 1})));
}

TEST_CASE("the centre lies within, edges included; the default takes centres outside the image too") {
  const Keep keep{.within = {0.5f, 0, 1, 0.5f}};
  CHECK(keep(region({0.25f, 0.25f, 0.75f, 0.75f})));
  CHECK(keep(region({0.8f, 0, 0.9f, 0.1f})));
  CHECK_FALSE(keep(region({0, 0, 0.8f, 0.2f})));
  CHECK_FALSE(keep(region({0.5f, 0.5f, 1, 1})));
  CHECK(Keep{}(region({0.9f, 0.9f, 1.3f, 1.3f})));
}

TEST_CASE("every condition must hold") {
  const Keep keep{.at_least = 0.5f, .concepts = {"dog"}, .most_area = 0.5f};
  CHECK(keep(region({0, 0, 0.5f, 0.5f}, 0.9f, "dog")));
  CHECK_FALSE(keep(region({0, 0, 0.5f, 0.5f}, 0.4f, "dog")));
  CHECK_FALSE(keep(region({0, 0, 0.5f, 0.5f}, 0.9f, "cat")));
  CHECK_FALSE(keep(region({0, 0, 1, 1}, 0.9f, "dog")));
}

TEST_CASE("none of no regions is kept, and a region of NaN takes down neither its siblings nor other photos") {
  Graph graph("g");
  const auto photo = graph.input<Image>("photo");
  const auto kept = photo
                        .then([](const Image& image) {
                          std::vector<Region> found;
                          if (image.width() > 1) found = {region({}, made::nan), region({0, 0, made::nan, 1}), region({0, 0, 1, 1}, 0.7f)};
                          return found;
                        })
                        .then(Keep{.at_least = 0.5f})
                        .named("sure");
  const auto results = made::run_all(graph, std::vector{made::image(1, 1), made::image(2, 2)});
  CHECK(results[0].ok());
  CHECK(results[0][kept].empty());
  CHECK(made::values(results[1], kept) == std::vector{region({0, 0, 1, 1}, 0.7f)});
  REQUIRE(results[1].errors().size() == 2);
  for (const Error& error : results[1].errors())
    CHECK(std::string(error.what()) == "[g/sure] input \"1\": wanted a score and a box made of numbers, got NaN or infinity");
}

TEST_CASE("keep's settings out of range are refused when the step is added") {
  Graph graph("g");
  const auto regions = graph.input<Image>("photo").then(made::Finds{});
  const auto message = [&](const Keep& keep) { return message_of([&] { regions.then(keep); }); };
  CHECK(message({.at_least = -0.1f}) == "[g/keep] at_least: wanted 0..1, got -0.1");
  CHECK(message({.at_least = 1.1f}) == "[g/keep] at_least: wanted 0..1, got 1.1");
  CHECK(message({.least_area = -0.1f}) == "[g/keep] least_area: wanted 0..1, got -0.1");
  CHECK(message({.least_area = 1.1f}) == "[g/keep] least_area: wanted 0..1, got 1.1");
  CHECK(message({.most_area = -0.1f}) == "[g/keep] most_area: wanted 0..1, got -0.1");
  CHECK(message({.most_area = 1.1f}) == "[g/keep] most_area: wanted 0..1, got 1.1");
  CHECK(message({.within = {-0.1f, 0, 1, 1}}) == "[g/keep] within: wanted 0..1, got -0.1");
  CHECK(message({.within = {0, 0, 1, 1.1f}}) == "[g/keep] within: wanted 0..1, got 1.1");
  CHECK(message({.within = {0.5f, 0, 0.5f, 1}}) == "[g/keep] within: wanted left < right and top < bottom");
  CHECK(message({.least_area = 0.6f, .most_area = 0.5f}) == "[g/keep] least_area: wanted at most most_area (0.5), got 0.6");
  CHECK(message({.least_area = 0.5f, .most_area = 0.5f}) == "nothing was thrown");
}
