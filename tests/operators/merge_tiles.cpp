#include "workflow/operators/merge_tiles.h"

#include <algorithm>

#include "catch.h"
#include "run_once.h"
#include "workflow/operators/crop.h"
#include "workflow/operators/tile.h"

using namespace workflow;
using made::message_of;

namespace {

// A detector that sees white rectangles: it gives the bright pixels' bounding box, and its centre as a point.
struct FindWhite {
  std::vector<Region> operator()(const Image& image) const {
    int left = image.width();
    int right = -1;
    int top = image.height();
    int bottom = -1;
    for (int y = 0; y < image.height(); ++y)
      for (int x = 0; x < image.width(); ++x) {
        if (image.row(y)[x * Image::channels] < 255) continue;
        left = std::min(left, x);
        right = std::max(right, x);
        top = std::min(top, y);
        bottom = std::max(bottom, y);
      }
    if (right < 0) return {};
    const auto width = static_cast<float>(image.width());
    const auto height = static_cast<float>(image.height());
    const Box box{static_cast<float>(left) / width, static_cast<float>(top) / height, static_cast<float>(right + 1) / width,
                  static_cast<float>(bottom + 1) / height};
    // The more of the object is seen, the surer.
    const float score = static_cast<float>((right - left + 1) * (bottom - top + 1)) / 1e4f;
    return {Region{.box = box, .score = score, .concepts = {{"white", score}}, .points = {box.centre()}}};
  }
};

// Black, with a white rectangle in pixels.
Image with_white(int width, int height, int left, int top, int right, int bottom) {
  std::vector<std::uint8_t> pixels(static_cast<std::size_t>(width * height * Image::channels));
  for (int y = top; y < bottom; ++y)
    std::fill_n(pixels.begin() + (y * width + left) * Image::channels, (right - left) * Image::channels, std::uint8_t{255});
  return Image::copy_of(pixels, width, height);
}

void check_box(const Box& box, const Box& wanted) {
  CHECK(box.left == Approx(wanted.left).margin(1e-5));
  CHECK(box.top == Approx(wanted.top).margin(1e-5));
  CHECK(box.right == Approx(wanted.right).margin(1e-5));
  CHECK(box.bottom == Approx(wanted.bottom).margin(1e-5));
}

}  // namespace

TEST_CASE("a region found on a tile stands at the object's place on the image, wherever that is") {
  Graph graph("g");
  const auto photo = graph.input<Image>("photo");
  const auto found = photo.then(Tile{.size = 64, .largest_object = 20}).then(FindWhite{}).then(MergeTiles{});
  for (const auto& [x, y] : {std::pair(0, 0), {180, 80}, {37, 21}, {50, 33}, {90, 44}, {121, 79}}) {
    INFO(x << ", " << y);
    const Result result = made::run_once(graph, with_white(200, 100, x, y, x + 20, y + 20));
    // Tiles that saw the whole, or a part of it, are one object.
    REQUIRE(result[found].size() == 1);
    const auto fx = static_cast<float>(x);
    const auto fy = static_cast<float>(y);
    const Region& region = *result[found].front();
    check_box(region.box, {fx / 200, fy / 100, (fx + 20) / 200, (fy + 20) / 100});
    CHECK(region.points.at(0).x == Approx((fx + 10) / 200).margin(1e-5));
    CHECK(region.points.at(0).y == Approx((fy + 10) / 100).margin(1e-5));
    CHECK(region.score == Approx(0.04f));
  }
}

TEST_CASE("where the tiled image is itself a crop, the merged box is relative to that crop") {
  Graph graph("g");
  const auto photo = graph.input<Image>("photo");
  const auto part = photo.then(made::Finds{{made::region({0.5f, 0.5f, 1, 1})}}).then(Crop{});
  const auto found = part.then(Tile{.size = 32, .largest_object = 16}).then(FindWhite{}).then(MergeTiles{});
  const Result result = made::run_once(graph, with_white(160, 160, 100, 110, 110, 125));
  REQUIRE(result[found].size() == 1);
  check_box(result[found].front()->box, {20 / 80.0f, 30 / 80.0f, 30 / 80.0f, 45 / 80.0f});
  CHECK(result[found].front().path() == std::vector<std::uint32_t>{0, 0});
}

TEST_CASE("an image cut out beforehand, by the host, is a whole of its own") {
  Graph graph("g");
  const auto found = graph.input<Image>("photo").then(Tile{.size = 32, .largest_object = 8}).then(FindWhite{}).then(MergeTiles{});
  const Image photo = with_white(200, 100, 110, 60, 116, 66).crop({0.5f, 0.5f, 1, 1});
  const Result result = made::run_once(graph, photo);
  REQUIRE(result[found].size() == 1);
  check_box(result[found].front()->box, {0.10f, 0.20f, 0.16f, 0.32f});
}

TEST_CASE("other concepts are no duplicates, and neither are boxes that share too little of the smaller one") {
  const Image image = made::image(64, 64);
  const std::vector<Image> tiles(3, image);
  const auto merged = [&](const MergeTiles& merge, const std::vector<Region>& regions) {
    return merge(Group<Region, 2>(std::span(regions)), Group<Image, 2>(std::span(tiles).first(regions.size())), image).size();
  };
  const Box whole{0, 0, 0.4f, 0.4f};
  const Box part{0.2f, 0, 0.6f, 0.4f};  // shares half of itself
  CHECK(merged({}, {made::region(whole, 0.9f, "dog"), made::region(whole, 0.8f, "cat")}) == 2);
  CHECK(merged({.overlap = 0.45f}, {made::region(whole, 0.9f), made::region(part, 0.8f)}) == 1);
  CHECK(merged({.overlap = 0.55f}, {made::region(whole, 0.9f), made::region(part, 0.8f)}) == 2);
  CHECK(merged({}, {}) == 0);
}

TEST_CASE("photos without a find have none merged, each photo has its own, and NaN takes down no other photo") {
  Graph graph("g");
  const auto photo = graph.input<Image>("photo");
  const auto tiles = photo.then(Tile{.size = 16, .largest_object = 0});
  const auto found = tiles
                         .then([](const Image& tile) {
                           std::vector<Region> regions;
                           const std::uint8_t grey = tile.row(0)[0];
                           if (grey > 0) regions = {made::region({0, 0, 1, 1}, grey == 255 ? made::nan : 0.5f)};
                           return regions;
                         })
                         .then(MergeTiles{})
                         .named("merged");
  const auto results = made::run_all(graph, std::vector{made::image(32, 32, 0), made::image(32, 32, 9), made::image(16, 16, 255),
                                                        made::image(16, 16, 9)});
  CHECK(results[0].ok());
  CHECK(results[0][found].empty());
  CHECK(results[1][found].size() == 4);
  CHECK(std::string(results[2].error().what()) == "[g/merged] input \"2\": wanted scores and boxes made of numbers, got NaN");
  CHECK(results[3][found].size() == 1);
}

TEST_CASE("merging what was not found on tiles is refused") {
  Graph graph("g");
  const auto regions = graph.input<Image>("photo").then(made::Finds{});
  CHECK_THAT(message_of([&] { regions.then(MergeTiles{}); }), Catch::Contains("wanted items 2 levels deep"));
}

TEST_CASE("an overlap out of range is refused when the step is added") {
  Graph graph("g");
  const auto regions = graph.input<Image>("photo").then(Tile{}).then(made::Finds{});
  CHECK(message_of([&] { regions.then(MergeTiles{.overlap = -0.1f}); }) == "[g/merge-tiles] overlap: wanted 0..1, got -0.1");
  CHECK(message_of([&] { regions.then(MergeTiles{.overlap = 1.1f}); }) == "[g/merge-tiles] overlap: wanted 0..1, got 1.1");
}
