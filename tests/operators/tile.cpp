#include "workflow/operators/tile.h"

#include <random>
#include <set>

#include "catch.h"
#include "run_once.h"

using namespace workflow;
using made::message_of;

namespace {

// Where the tiles begin and end along both sides, in pixels, read off where their pixels lie.
struct Layout {
  std::set<std::pair<int, int>> columns;
  std::set<std::pair<int, int>> rows;
  std::size_t count = 0;
};

Layout layout(const Tile& tile, const Image& image) {
  Layout found;
  const auto stride = static_cast<std::ptrdiff_t>(image.stride());
  for (const Image& part : tile(image)) {
    const auto offset = part.row(0) - image.row(0);
    const int x = static_cast<int>(offset % stride) / Image::channels;
    const int y = static_cast<int>(offset / stride);
    found.columns.insert({x, x + part.width()});
    found.rows.insert({y, y + part.height()});
    ++found.count;
  }
  return found;
}

// Holds along one side: whole cover, full tiles inside the image, and every object of the largest size whole in one tile.
void check_side(const std::set<std::pair<int, int>>& spans, int length, const Tile& tile) {
  CHECK(spans.begin()->first == 0);
  CHECK(spans.rbegin()->second == length);
  for (const auto& [begin, end] : spans) CHECK(end - begin == std::min(tile.size, length));
  int last_end = spans.begin()->second;
  for (const auto& [begin, end] : spans) {
    if (begin > 0) CHECK(last_end - begin >= tile.largest_object);
    last_end = end;
  }
  const int object = std::min(tile.largest_object, length);
  for (int at = 0; at + object <= length; ++at) {
    bool is_whole = false;
    for (const auto& [begin, end] : spans) is_whole = is_whole || (begin <= at && at + object <= end);
    if (!is_whole) FAIL("an object of " << object << " pixels at " << at << " is whole in no tile");
  }
}

}  // namespace

TEST_CASE("tiles cover every pixel, and an object of the largest size is whole in one of them, for any sizes") {
  std::mt19937 random(7);
  const auto between = [&](int low, int high) { return std::uniform_int_distribution(low, high)(random); };
  for (int round = 0; round < 300; ++round) {
    Tile tile{.size = between(16, 200), .largest_object = 0};
    tile.largest_object = between(0, tile.size * 3 / 4);
    const Image image = made::image(between(1, 900), between(1, 300));
    INFO(image.width() << " x " << image.height() << ", size " << tile.size << ", largest object " << tile.largest_object);
    const Layout found = layout(tile, image);
    check_side(found.columns, image.width(), tile);
    check_side(found.rows, image.height(), tile);
    REQUIRE(found.count == found.columns.size() * found.rows.size());
  }
}

TEST_CASE("the tiles are as few as the overlap allows") {
  CHECK(layout({.size = 100, .largest_object = 20}, made::image(180, 100)).count == 2);
  CHECK(layout({.size = 100, .largest_object = 20}, made::image(181, 100)).count == 3);
  CHECK(layout({.size = 100, .largest_object = 0}, made::image(200, 200)).count == 4);
}

TEST_CASE("an image that fits into one tile is one tile, itself") {
  for (const auto& [width, height] : {std::pair(1, 1), {640, 640}, {640, 3}}) {
    const Image image = made::image(width, height);
    const auto tiles = Tile{}(image);
    REQUIRE(tiles.size() == 1);
    CHECK(tiles[0].row(0) == image.row(0));
    CHECK(tiles[0].width() == width);
    CHECK(tiles[0].height() == height);
    CHECK(tiles[0].window() == Box{});
  }
}

TEST_CASE("tiles are views on the image, and a tile of a crop knows where it stands in the whole") {
  const Image image = made::image(128, 64);
  const Image part = image.crop({0.5f, 0, 1, 1});
  const auto tiles = Tile{.size = 32, .largest_object = 0}(part);
  REQUIRE(tiles.size() == 4);
  CHECK(tiles[3].row(0) == image.row(32) + 96 * Image::channels);
  CHECK(tiles[3].window() == Box{0.75f, 0.5f, 1, 1});
}

TEST_CASE("an image that would take too many tiles is refused before any is made") {
  const Image image = made::image(2000, 100);
  CHECK_THAT(message_of([&] { Tile{.size = 16, .largest_object = 15}(image); }),
             Catch::Contains("wanted an image of at most 10000 tiles, got one of 2000 x 100 pixels"));
}

TEST_CASE("an empty image takes down no other, and no images give no tiles") {
  Graph graph("g");
  const auto photo = graph.input<Image>("photo");
  const auto tiles = photo.then(Tile{.size = 16, .largest_object = 0}).named("tiles");
  const auto none = photo.then([](const Image&) { return std::vector<Image>{}; }).then(Tile{});
  const auto results = made::run_all(graph, std::vector{Image(), made::image(32, 16)});
  CHECK(std::string(results[0].error().what()) == "[g/tiles] input \"0\": wanted an image, got an empty one");
  CHECK(results[1].ok());
  CHECK(results[1][tiles].size() == 2);
  CHECK(results[1][none].empty());
}

TEST_CASE("tile's settings out of range are refused when the step is added") {
  Graph graph("g");
  const auto photo = graph.input<Image>("photo");
  const auto message = [&](const Tile& tile) { return message_of([&] { photo.then(tile); }); };
  CHECK(message({.size = 15, .largest_object = 1}) == "[g/tile] size: wanted 16..32768, got 15");
  CHECK(message({.size = 32769}) == "[g/tile] size: wanted 16..32768, got 32769");
  CHECK(message({.largest_object = -1}) == "[g/tile] largest_object: wanted at least 0, got -1");
  CHECK(message({.size = 64, .largest_object = 64}) == "[g/tile] largest_object: wanted below size (64), got 64");
  CHECK(message({.size = 64, .largest_object = 63}) == "nothing was thrown");
}
