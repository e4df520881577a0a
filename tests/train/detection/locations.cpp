#include "train/detection/locations.h"

#include <array>
#include <cmath>

#include "catch.h"
#include "model/decode/centernet.h"
#include "train/detection/centre_maps.h"

using namespace workflow;

namespace {

constexpr std::int32_t nothing = LocationTarget::nothing, ignored = LocationTarget::ignored;

std::vector<std::int32_t> labels(const std::vector<LocationTarget>& targets) {
  std::vector<std::int32_t> list;
  for (const LocationTarget& each : targets) list.push_back(each.label);
  return list;
}

}  // namespace

TEST_CASE("An anchor is for the box that it overlaps by half, unclear from 0.4 on, and every box gets its best one") {
  const std::vector<Box> anchors = {
      {0, 0, 0.4f, 0.4f},           // the first box itself
      {0, 0, 0.4f, 0.22f},          // 0.55 of it
      {0, 0, 0.4f, 0.18f},          // 0.45
      {0, 0, 0.4f, 0.12f},          // 0.3
      {0.6f, 0.6f, 0.7f, 0.7f},     // 0.0625 of the second, and nothing is better
      {0.85f, 0, 1, 0.15f},         // on the difficult one
      {0.45f, 0.45f, 0.55f, 0.55f}  // where nothing is
  };
  const Box first = {0, 0, 0.4f, 0.4f}, second = {0.6f, 0.6f, 1, 1};
  const std::vector<TargetBox> boxes = {{first, 2, false}, {second, 0, false}, {{0.85f, 0, 1, 0.15f}, 1, true}};
  const auto targets = match_anchors(anchors, boxes);
  CHECK(labels(targets) == std::vector<std::int32_t>{2, 2, ignored, nothing, 0, ignored, nothing});
  CHECK(targets[1].box == first);
  CHECK(targets[4].box == second);
  CHECK(labels(match_anchors(anchors, {})) == std::vector<std::int32_t>(anchors.size(), nothing));
}

TEST_CASE("FCOS' levels halve at strides 8 to 128") {
  const auto levels = fcos_levels(320, 416);
  REQUIRE(levels.size() == 5);
  CHECK(levels[0].rows == 40);
  CHECK(levels[0].columns == 52);
  CHECK(levels[3].rows == 5);
  CHECK(levels[3].columns == 7);
  CHECK(levels[4].rows == 3);
  CHECK(levels[4].stride == 128);
  CHECK(levels[2].least == 128);
  CHECK(levels[2].most == 256);
}

TEST_CASE("A location is for the smallest box of its level's range around whose centre it lies") {
  // An input of 64 x 64: 8 x 8 locations at 4, 12, .. 60 on the first level, 4 x 4 at 8, 24, 40, 56 on the second.
  auto levels = fcos_levels(64, 64);
  levels.resize(2);
  const Box large = {0, 0, 0.75f, 0.75f};              // 48 x 48 pixels around (24, 24)
  const Box small = {0.25f, 0.25f, 0.4375f, 0.4375f};  // 12 x 12 around (22, 22), from 16 to 28
  const auto targets = assign_locations(levels, std::vector<TargetBox>{{large, 0, false}, {small, 1, false}}, 64, 64);
  REQUIRE(targets.size() == 64 + 16);
  const auto at = [&](std::size_t row, std::size_t column) { return targets[row * 8 + column].label; };
  CHECK(at(2, 2) == 1);        // (20, 20) lies within both
  CHECK(at(1, 1) == 0);        // (12, 12): 12 pixels from (24, 24), which are 1.5 strides
  CHECK(at(4, 4) == 0);        // (36, 36)
  CHECK(at(0, 0) == nothing);  // (4, 4) lies within the large box, but not near its centre
  CHECK(at(7, 7) == nothing);
  // Both boxes are too small for the second level.
  for (std::size_t i = 64; i < targets.size(); ++i) CHECK(targets[i].label == nothing);

  const auto hard = assign_locations(levels, std::vector<TargetBox>{{large, 0, true}}, 64, 64);
  CHECK(hard[0].label == ignored);
  CHECK(hard[63].label == nothing);
}

TEST_CASE("Centre-ness is 1 in the middle and 0 at the edge") {
  const Box box = {0, 0, 0.8f, 0.4f};
  CHECK(centreness({0.4f, 0.2f}, box) == Approx(1));
  CHECK(centreness({0.2f, 0.2f}, box) == Approx(std::sqrt(1.0 / 3)));
  CHECK(centreness({0.2f, 0.1f}, box) == Approx(1.0 / 3));
  CHECK(centreness({0, 0.2f}, box) == 0);
  CHECK(centreness({0.9f, 0.2f}, box) == 0);
}

TEST_CASE("A heat map has a bell of a box's shape, 1 at its centre, and its cells share the box") {
  // 20 x 20 cells; the box is 12 cells wide and 8 high around cell (10, 8): bells reach 3 and 2 cells to both sides.
  const TargetBox box = {{0.2f, 0.2f, 0.8f, 0.6f}, 1, false};
  const CentreMaps maps = centre_maps(std::vector{box}, 2, 20, 20);
  const auto at = [](std::size_t row, std::size_t column) { return row * 20 + column; };
  CHECK(maps.objects == 1);
  CHECK(maps.heat[400 + at(8, 10)] == 1);
  CHECK(maps.heat[400 + at(8, 13)] == Approx(std::exp(-9.0 / 2 / (7.0 / 6) / (7.0 / 6))));
  CHECK(maps.heat[400 + at(10, 10)] == Approx(std::exp(-4.0 / 2 / (5.0 / 6) / (5.0 / 6))));
  CHECK(maps.heat[400 + at(8, 14)] == 0);
  CHECK(maps.heat[400 + at(11, 10)] == 0);
  CHECK(maps.heat[at(8, 10)] == 0);  // of the other label
  double sum = 0;
  for (std::size_t i = 0; i < 400; ++i) {
    sum += static_cast<double>(maps.box_weights[i]);
    CHECK((maps.box_weights[i] > 0) == (maps.boxes[i] == box.box));
  }
  CHECK(sum == Approx(1));
  CHECK(maps.box_weights[at(8, 10)] > maps.box_weights[at(8, 11)]);
}

TEST_CASE("Under a difficult box nothing is learnt of its label, and a small object keeps its cells on a large one") {
  const TargetBox hard = {{0, 0, 0.5f, 0.5f}, 0, true};
  const TargetBox large = {{0, 0, 1, 1}, 1, false}, small = {{0.45f, 0.45f, 0.6f, 0.6f}, 1, false};
  const CentreMaps maps = centre_maps(std::vector{small, hard, large}, 2, 16, 16);
  CHECK(maps.objects == 2);
  CHECK(maps.heat_counts[3 * 16 + 3] == 0);
  CHECK(maps.heat_counts[15 * 16 + 15] == 1);
  CHECK(maps.heat_counts[256 + 3 * 16 + 3] == 1);  // of the other label
  CHECK(maps.boxes[8 * 16 + 8] == small.box);
  CHECK(maps.boxes[6 * 16 + 6] == large.box);

  const CentreMaps tiny = centre_maps(std::vector<TargetBox>{{{0.999f, 0.999f, 1, 1}, 0, false}}, 1, 4, 4);
  CHECK(tiny.heat[15] == 1);  // clipped into the map
  CHECK(tiny.box_weights[15] == Approx(1));
  CHECK(centre_maps({}, 1, 4, 4).objects == 0);
}

TEST_CASE("A CenterNet that gave what it is to learn would find the boxes that this was made of") {
  const std::vector<TargetBox> boxes = {{{0.1f, 0.2f, 0.4f, 0.8f}, 1, false}, {{0.5f, 0.5f, 0.95f, 0.7f}, 0, false}};
  constexpr std::int64_t rows = 24, columns = 16;
  constexpr int width = 4 * columns, height = 4 * rows;
  const CentreMaps maps = centre_maps(boxes, 2, rows, columns);
  Output heat{{}, {1, 2, rows, columns}}, distances{std::vector<float>(4 * rows * columns, 0.0f), {1, 4, rows, columns}};
  for (const float value : maps.heat) heat.values.push_back(10 * value - 5);
  for (std::size_t cell = 0; cell < rows * columns; ++cell) {
    const Box& box = maps.boxes[cell];
    const float x = static_cast<float>(cell % columns) * 4, y = static_cast<float>(cell / columns) * 4;
    const std::array<float, 4> sides = {x - box.left * width, y - box.top * height, box.right * width - x,
                                        box.bottom * height - y};
    for (std::size_t side = 0; side < 4; ++side) distances.values[side * rows * columns + cell] = sides[side];
  }
  const auto found = centernet_regions(std::vector{heat, distances}, 0, width, height, 0.5f);
  REQUIRE(found.size() == 2);
  for (const RawRegion& region : found) {
    const TargetBox& wanted = boxes[region.label == 1 ? 0 : 1];
    CHECK(region.label == wanted.label);
    CHECK(iou(region.box, wanted.box) > 0.999f);
  }
}
