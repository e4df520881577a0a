#include "workflow/show/draw.h"

#include <cstring>

#include "catch.h"
#include "made.h"
#include "workflow/operators/operators.h"
#include "workflow/run/executor.h"

using namespace workflow;

namespace {

const auto corner = [](const Image&) { return std::vector<Region>{made::region({0.0f, 0.0f, 0.5f, 0.5f}, 0.9f, "face")}; };

Image drawn(Graph& graph, Image image) {
  return draw(*Executor({.threads = 1}).run(graph, std::vector{std::move(image)}).next());
}

// How many pixels are not the one grey that the picture was made of, in a part of it.
int coloured(const Image& image, const Box& part) {
  const Image view = image.crop(part);
  int count = 0;
  for (int y = 0; y < view.height(); ++y)
    for (int x = 0; x < view.width(); ++x)
      for (int c = 0; c < 3; ++c)
        if (view.row(y)[x * 3 + c] != 128) {
          ++count;
          break;
        }
  return count;
}

}  // namespace

TEST_CASE("A picture without regions comes back as it was") {
  Graph graph("g");
  graph.input<Image>("photo").then([](const Image&) { return std::vector<Region>{}; }).named("faces");
  const Image picture = drawn(graph, made::image(640, 480));
  CHECK(picture.width() == 640);
  CHECK(picture.height() == 480);
  CHECK(coloured(picture, {}) == 0);
}

TEST_CASE("A region is drawn where it is, and the picture that went in is not touched") {
  Graph graph("g");
  graph.input<Image>("photo").then(corner).named("faces");
  const Image before = made::image(640, 480);
  const Image picture = drawn(graph, before);
  CHECK(coloured(picture, {0, 0, 0.55f, 0.55f}) > 1000);
  CHECK(coloured(picture, {0.6f, 0.6f, 1, 1}) == 0);
  CHECK(coloured(before, {}) == 0);
}

TEST_CASE("A region found on a crop is drawn on the whole picture, where the crop was") {
  Graph graph("g");
  const auto halves = graph.input<Image>("photo").then([](const Image&) { return std::vector<Region>{made::region({0.5f, 0.5f, 1, 1})}; });
  halves.then(Crop{}).then([](const Image&) { return std::vector<Region>{made::region({0.5f, 0.5f, 1, 1})}; }).named("inner");
  const Image picture = drawn(graph, made::image(640, 480));
  CHECK(coloured(picture, {0.95f, 0.8f, 1, 1}) > 0);
  CHECK(coloured(picture, {0, 0, 0.3f, 0.3f}) == 0);
}

TEST_CASE("Small pictures are enlarged by a whole factor, so that the words can be read") {
  Graph graph("g");
  graph.input<Image>("photo").then(corner).named("faces");
  const Image picture = drawn(graph, made::image(80, 60));
  CHECK(picture.width() == 480);
  CHECK(picture.height() == 360);
}

TEST_CASE("Concepts of the whole picture stand in its corner") {
  Graph graph("g");
  graph.input<Image>("photo").then([](const Image&) { return Concepts{{"street", 0.8f}}; }).named("scene");
  CHECK(coloured(drawn(graph, made::image(640, 480)), {0, 0, 0.5f, 0.2f}) > 500);
}

TEST_CASE("Drawing what is no picture is an error: the input's own where it has one") {
  Graph text("text");
  text.input<Text>("text").then([](const Text& it) { return it; });
  const auto result = Executor({.threads = 1}).run(text, std::vector{Text{"a"}}).next();
  CHECK_THROWS_WITH(draw(*result), Catch::Contains("whose input is an image"));

  Graph photos("photos");
  photos.input<Image>("photo").then(corner);
  int given = 0;
  const Source broken(ValueType::of<Image>(), 1, [given]() mutable -> std::optional<Arrival> {
    if (given++ > 0) return std::nullopt;
    return Arrival{"b.jpg", {}, [](Column&, std::uint32_t) { throw std::runtime_error("half a picture"); }};
  });
  const auto failed = Executor({.threads = 1}).run(photos, broken).next();
  CHECK_THROWS_WITH(draw(*failed), "[photos/photo] input \"b.jpg\": half a picture");
}
