#include "workflow/operators/resize.h"

#include "catch.h"
#include "run_once.h"

using namespace workflow;
using made::message_of;

namespace {

std::pair<int, int> size_of(const Image& image) { return {image.width(), image.height()}; }

}  // namespace

TEST_CASE("a side that is left at 0 follows the other, and the shape is kept") {
  const Image image = made::image(200, 100);
  CHECK(size_of(Resize{.width = 50}(image)) == std::pair(50, 25));
  CHECK(size_of(Resize{.height = 50}(image)) == std::pair(100, 50));
  CHECK(size_of(Resize{.width = 30, .height = 40}(image)) == std::pair(30, 40));
  CHECK(size_of(Resize{.width = 400}(image)) == std::pair(400, 200));
}

TEST_CASE("the following side is rounded, and never below one pixel") {
  CHECK(size_of(Resize{.width = 10}(made::image(30, 20))) == std::pair(10, 7));
  CHECK(size_of(Resize{.width = 10}(made::image(1000, 2))) == std::pair(10, 1));
}

TEST_CASE("a following side that would be too long is an error") {
  const Image column = made::image(1, 66000);
  CHECK_THAT(message_of([&] { Resize{.width = 32768}(column); }), Catch::Contains("wanted sides in 1..32768"));
  CHECK_THAT(message_of([&] { Resize{.width = 2}(column); }), Catch::Contains("wanted sides in 1..32768"));
}

TEST_CASE("the resized image shows the same, keeps its window, and an image of that size is passed on as it is") {
  const Image image = made::image(64, 64, 77);
  const Image part = image.crop({0.5f, 0.5f, 1, 1});
  const Image smaller = Resize{.width = 8}(part);
  CHECK(smaller.window() == part.window());
  CHECK(smaller.row(4)[12] == 77);
  CHECK(Resize{.width = 64}(image).row(0) == image.row(0));
}

TEST_CASE("of no crops none are resized, and an empty image takes down no other") {
  Graph graph("g");
  const auto photo = graph.input<Image>("photo");
  const auto small = photo.then(Resize{.width = 4}).named("small");
  const auto none = photo.then([](const Image&) { return std::vector<Image>{}; }).then(Resize{.width = 4});
  const auto results = made::run_all(graph, std::vector{Image(), made::image(8, 8)});
  CHECK(std::string(results[0].error().what()) == "[g/small] input \"0\": wanted an image, got an empty one");
  CHECK(results[1].ok());
  CHECK(results[1][small].front()->height() == 4);
  CHECK(results[1][none].empty());
}

TEST_CASE("resize's settings out of range are refused when the step is added") {
  Graph graph("g");
  const auto photo = graph.input<Image>("photo");
  const auto message = [&](const Resize& resize) { return message_of([&] { photo.then(resize); }); };
  CHECK(message({.width = -1}) == "[g/resize] width: wanted 0..32768, got -1");
  CHECK(message({.width = 32769}) == "[g/resize] width: wanted 0..32768, got 32769");
  CHECK(message({.height = -1}) == "[g/resize] height: wanted 0..32768, got -1");
  CHECK(message({.height = 32769}) == "[g/resize] height: wanted 0..32768, got 32769");
  CHECK_THAT(message({}), Catch::Contains("[g/resize] wanted a width or a height"));
  CHECK(message({.width = 32768, .height = 32768}) == "nothing was thrown");
}
