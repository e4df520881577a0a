#include "workflow/train/detection_metrics.h"

#include <cmath>
#include <cstdlib>
#include <limits>
#include <random>

#include "base/mapped_file.h"
#include "catch.h"
#include "temporary_folder.h"
#include "workflow/base/error.h"

using namespace workflow;

namespace {

Region found(const Box& box, float score, const std::string& name = "cell") {
  return {.box = box, .score = score, .concepts = Concepts({{name, score}})};
}

LabelledBox there(const Box& box, const std::string& name = "cell", bool is_difficult = false) {
  return {box, name, is_difficult};
}

void check_number(const std::optional<double>& got, const Json& wanted) {
  REQUIRE(got.has_value() == !wanted.is_null());
  if (got) CHECK(std::abs(*got - wanted.number()) < 1e-6);
}

// Places are in 1/1024 of a picture.
Box box_of(const Json& edges) {
  const auto edge = [&](std::size_t i) { return static_cast<float>(edges.at(i).number()) / 1024; };
  return {edge(0), edge(1), edge(2), edge(3)};
}

void check_against(const Json& cases) {
  REQUIRE(cases.size() > 0);
  for (const Json& each : cases.items()) {
    std::vector<std::string> names;
    for (const Json& name : each.at("names").items()) names.push_back(name.string());
    DetectionMeter meter(names);
    for (const Json& picture : each.at("pictures").items()) {
      std::vector<Region> regions;
      std::vector<LabelledBox> boxes;
      for (const Json& one : picture.at("found").items())
        regions.push_back(
            found(box_of(one.at("box")), static_cast<float>(one.at("score").number()), one.at("name").string()));
      for (const Json& one : picture.at("there").items())
        boxes.push_back(there(box_of(one.at("box")), one.at("name").string(), one.at("crowd").boolean()));
      meter.add(regions, boxes, static_cast<int>(picture.at("width").integer()),
                static_cast<int>(picture.at("height").integer()));
    }
    const DetectionQuality quality = meter.quality();
    const Json& wanted = each.at("wanted");
    check_number(quality.map, wanted.at("map"));
    check_number(quality.map_50, wanted.at("map_50"));
    check_number(quality.map_75, wanted.at("map_75"));
    check_number(quality.small, wanted.at("small"));
    check_number(quality.medium, wanted.at("medium"));
    check_number(quality.large, wanted.at("large"));
    REQUIRE(quality.concepts.size() == wanted.at("concepts").size());
    for (std::size_t i = 0; i < quality.concepts.size(); ++i) {
      CHECK(quality.concepts[i].name == names[i]);
      check_number(quality.concepts[i].ap, wanted.at("concepts").at(i).at("ap"));
      check_number(quality.concepts[i].ap_50, wanted.at("concepts").at(i).at("ap_50"));
    }
  }
}

}  // namespace

TEST_CASE("Boxes are measured as COCO's definition says, on cases that a script of its own wrote down") {
  check_against(Json::parse(MappedFile(WORKFLOW_SOURCE_DIR "/tests/train/coco.json", "test").text()));
}

TEST_CASE("Boxes are measured as COCO's definition says, on new cases, where there is Python") {
  const TemporaryFolder folder;
  const std::string seed = std::to_string(std::random_device()() % 100'000);
  const std::string command = "/usr/bin/python3 " WORKFLOW_SOURCE_DIR "/tests/train/coco_golden.py " + seed + " > " +
                              (folder / "made.json") + " 2>/dev/null";
  if (std::system(command.c_str()) != 0) {
    WARN("skipped, as there is no python3");
    return;
  }
  INFO("seed " << seed);
  check_against(Json::parse(MappedFile(folder / "made.json", "test").text()));
}

TEST_CASE("A case that can be done by hand") {
  // Two boxes of 50 x 100 pixels. Found: the first at an IoU of 0.8 (40 of its 50 columns), something where nothing is, and
  // the second exactly, in the order of their scores. At IoUs up to 0.80 (seven of ten) the order is right, wrong, right:
  // precision 1 up to recall 0.5 (51 of the 101 recalls), then 2/3 (50 of them). Above it is wrong, wrong, right: 1/3 up to
  // recall 0.5, and nothing beyond.
  DetectionMeter meter({"cell"});
  const std::vector<Region> regions = {found({0, 0, 0.4f, 1}, 0.9f), found({0, 0.9f, 0.1f, 0.95f}, 0.8f),
                                       found({0.5f, 0, 1, 1}, 0.7f)};
  const std::vector<LabelledBox> boxes = {there({0, 0, 0.5f, 1}), there({0.5f, 0, 1, 1})};
  meter.add(regions, boxes, 100, 100);
  const DetectionQuality quality = meter.quality();
  const double up_to_80 = (51.0 + 50.0 * 2 / 3) / 101, above = 51.0 / 3 / 101;
  CHECK(quality.map_50.value() == Approx(up_to_80).epsilon(1e-9));
  CHECK(quality.map_75.value() == Approx(up_to_80).epsilon(1e-9));
  // 0.4f / 0.5f lies a hair above 0.8, as 0.4f does above 0.4.
  CHECK(quality.map.value() == Approx((7 * up_to_80 + 3 * above) / 10).epsilon(1e-9));
  // Of medium size, what was found where nothing is does not count, as it is small itself.
  CHECK(quality.medium.value() == Approx((7 + 3 * 51.0 / 2 / 101) / 10).epsilon(1e-9));
  CHECK_FALSE(quality.small);
  CHECK_FALSE(quality.large);
  CHECK(quality.concepts.at(0).boxes == 2);
  CHECK(quality.to_json().at("small").is_null());
}

TEST_CASE("A difficult box is neither missed nor found, however often") {
  DetectionMeter meter({"cell"});
  const Box whole = {0, 0, 0.5f, 0.5f}, hard = {0.5f, 0.5f, 1, 1};
  meter.add(std::vector{found(hard, 0.9f), found(hard, 0.8f), found(whole, 0.5f)},
            std::vector{there(whole), there(hard, "cell", true)}, 200, 200);
  CHECK(meter.quality().map.value() == Approx(1));
  CHECK(meter.quality().concepts.at(0).boxes == 1);
  meter.add(std::vector{found(whole, 0.95f)}, {}, 200, 200);  // a second picture, where nothing is
  CHECK(meter.quality().map.value() == Approx(0.5));
}

TEST_CASE("Found twice is wrong once, another concept's box is no help") {
  DetectionMeter meter({"cat", "dog"});
  const Box box = {0.2f, 0.2f, 0.8f, 0.8f};
  meter.add(std::vector{found(box, 0.9f, "dog"), found(box, 0.8f, "cat"), found(box, 0.7f, "cat"), found(box, 1, "cow")},
            std::vector{there(box, "cat"), there({0, 0, 0.1f, 0.1f}, "cat")}, 100, 100);
  const DetectionQuality quality = meter.quality();
  CHECK(quality.map_50.value() == Approx(51.0 / 101));  // half of the cats, the second answer comes after that
  CHECK_FALSE(quality.concepts.at(1).ap);               // there is no dog, so nothing can be said
}

TEST_CASE("Without pictures, boxes or answers no number is made up") {
  CHECK_FALSE(DetectionMeter({"cell"}).quality().map);
  CHECK_FALSE(DetectionMeter({}).quality().map);
  DetectionMeter meter({"cell"});
  meter.add({}, std::vector{there({0, 0, 1, 1})}, 10, 10);
  CHECK(meter.quality().map.value() == 0);
}

TEST_CASE("Boxes without area, of an unknown concept, and NaN are told") {
  DetectionMeter meter({"cell", "platelet"});
  const float nan = std::numeric_limits<float>::quiet_NaN();
  CHECK_THROWS_WITH(meter.add({}, std::vector{there({0, 0, 1, 1}, "platelets")}, 10, 10),
                    Catch::Contains("\"platelets\"") && Catch::Contains("nearest: \"platelet\""));
  CHECK_THROWS_WITH(meter.add({}, std::vector{there({0.5f, 0, 0.5f, 1})}, 10, 10), Catch::Contains("has none"));
  CHECK_THROWS_AS(meter.add({}, std::vector{there({nan, 0, 0.5f, 1})}, 10, 10), Error);
  CHECK_THROWS_AS(meter.add(std::vector{found({0, 0, 1, 1}, nan)}, {}, 10, 10), Error);
  CHECK_THROWS_AS(meter.add(std::vector{found({0, nan, 1, 1}, 0.5f)}, {}, 10, 10), Error);
  CHECK_THROWS_AS(meter.add({}, {}, 0, 10), Error);
  CHECK_FALSE(meter.quality().map);  // what was refused left nothing behind
}
