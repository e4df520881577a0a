#include "workflow/operators/crop.h"

#include "catch.h"
#include "run_once.h"

using namespace workflow;
using made::message_of;

namespace {

// Where a crop stands on its image, in pixels: left, top, width, height.
struct Pixels {
  int left;
  int top;
  int width;
  int height;
  friend bool operator==(const Pixels&, const Pixels&) = default;
  friend std::ostream& operator<<(std::ostream& out, const Pixels& it) {
    return out << it.left << ", " << it.top << ", " << it.width << " x " << it.height;
  }
};

Pixels cut(const Crop& crop, const Box& box, const Image& image) {
  const auto part = crop(made::region(box), image);
  REQUIRE(part.has_value());
  const auto offset = part->row(0) - image.row(0);
  const auto stride = static_cast<std::ptrdiff_t>(image.stride());
  return {static_cast<int>(offset % stride) / Image::channels, static_cast<int>(offset / stride), part->width(), part->height()};
}

}  // namespace

TEST_CASE("a crop takes exactly the pixels under the box") {
  const Image image = made::image(100, 80);
  CHECK(cut({}, {0.25f, 0.5f, 0.75f, 1.0f}, image) == Pixels{25, 40, 50, 40});
  CHECK(cut({}, {0, 0, 1, 1}, image) == Pixels{0, 0, 100, 80});
}

TEST_CASE("the margin multiplies both sides about the centre") {
  const Image image = made::image(100, 100);
  CHECK(cut({.margin = 1.5f}, {0.4f, 0.3f, 0.6f, 0.7f}, image) == Pixels{35, 20, 30, 60});
  CHECK(cut({.margin = 0.5f}, {0.4f, 0.3f, 0.6f, 0.7f}, image) == Pixels{45, 40, 10, 20});
}

TEST_CASE("what lies outside the image is clipped") {
  const Image image = made::image(100, 100);
  CHECK(cut({.margin = 2}, {0, 0, 0.2f, 0.2f}, image) == Pixels{0, 0, 30, 30});
  CHECK(cut({}, {-1, 0.5f, 0.5f, 3}, image) == Pixels{0, 50, 50, 50});
  CHECK(cut({.margin = 1e30f}, {0.4f, 0.4f, 0.6f, 0.6f}, image) == Pixels{0, 0, 100, 100});
  CHECK_FALSE(Crop{}(made::region({1.1f, 0, 1.5f, 1}), image));
  CHECK_FALSE(Crop{.margin = 1.2f}(made::region({-2, -2, -1, -1}), image));
}

TEST_CASE("square grows the shorter side in pixels, not in shares of the image") {
  const Image image = made::image(200, 100);
  CHECK(cut({.square = true}, {0.4f, 0.4f, 0.6f, 0.6f}, image) == Pixels{80, 30, 40, 40});
  CHECK(cut({.margin = 1.5f, .square = true}, {0.4f, 0.4f, 0.6f, 0.6f}, image) == Pixels{70, 20, 60, 60});
}

TEST_CASE("crops with a side below the least are dropped, and so are boxes without an inside") {
  const Image image = made::image(100, 100);
  const Region region = made::region({0.1f, 0.1f, 0.3f, 0.5f});
  CHECK(Crop{.least = 20}(region, image));
  CHECK_FALSE(Crop{.least = 21}(region, image));
  CHECK_FALSE(Crop{}(made::region({0.5f, 0.5f, 0.5f, 0.7f}), image));
  CHECK_FALSE(Crop{}(made::region({0.6f, 0.5f, 0.5f, 0.7f}), image));
}

TEST_CASE("a crop is a view on the same pixels, and knows where it stands") {
  const Image image = made::image(64, 64);
  const auto part = Crop{}(made::region({0.25f, 0.5f, 0.75f, 1.0f}), image);
  REQUIRE(part);
  CHECK(part->row(0) == image.row(32) + 16 * Image::channels);
  CHECK(part->row(31) + 32 * Image::channels <= image.row(63) + 64 * Image::channels);
  CHECK(part->pixels().use_count() == image.pixels().use_count());
  CHECK(part->window() == Box{0.25f, 0.5f, 0.75f, 1.0f});
  const auto inner = Crop{}(made::region({0, 0, 0.5f, 0.5f}), *part);
  REQUIRE(inner);
  CHECK(inner->window() == Box{0.25f, 0.5f, 0.5f, 0.75f});
  CHECK(inner->row(0) == part->row(0));
}

TEST_CASE("crops of a photo without regions are none, and a box of NaN takes down neither its siblings nor other photos") {
  Graph graph("g");
  const auto photo = graph.input<Image>("photo");
  const auto regions = photo.then([](const Image& image) {
    std::vector<Region> found;
    if (image.width() > 1) found = {made::region({0, 0, 1, 1}), made::region({0, made::nan, 1, 1}), made::region({0, 0, 1, made::infinity})};
    return found;
  });
  const auto crops = regions.then(Crop{}).named("crops");
  const auto results = made::run_all(graph, std::vector{made::image(1, 1), made::image(8, 8)});
  CHECK(results[0].ok());
  CHECK(results[0][crops].empty());
  CHECK(results[1][crops].size() == 1);
  REQUIRE(results[1].errors().size() == 2);
  CHECK(std::string(results[1].errors()[0].what()) == "[g/crops] input \"1\": wanted a box made of numbers, got NaN or infinity");
  CHECK(results[1].error().code() == ErrorCode::InvalidValue);
}

TEST_CASE("a crop's settings out of range are refused when the step is added") {
  Graph graph("g");
  const auto regions = graph.input<Image>("photo").then(made::Finds{});
  CHECK(message_of([&] { regions.then(Crop{.margin = 0}); }) == "[g/crop] margin: wanted above 0, got 0");
  CHECK(message_of([&] { regions.then(Crop{.margin = -1}); }) == "[g/crop] margin: wanted above 0, got -1");
  CHECK(message_of([&] { regions.then(Crop{.margin = made::infinity}); }) == "[g/crop] margin: wanted above 0, got inf");
  CHECK(message_of([&] { regions.then(Crop{.margin = made::nan}); }) == "[g/crop] margin: wanted above 0, got nan");
  CHECK(message_of([&] { regions.then(Crop{.least = 0}); }) == "[g/crop] least: wanted at least 1, got 0");
}

TEST_CASE("a crop of what was not found on an image is refused") {
  Graph graph("g");
  const auto regions = graph.input<Region>("region");
  CHECK_THAT(message_of([&] { regions.then(Crop{}); }), Catch::Contains("wanted a value of type Image among the ancestors of \"region\""));
}
