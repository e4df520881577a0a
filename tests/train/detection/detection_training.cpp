// A detector learns a few made pictures by heart, runs as any other, and says what was wrong with its data.
#include <algorithm>
#include <cmath>

#include "catch.h"
#include "temporary_folder.h"
#include "workflow/workflow.h"

using namespace workflow;

namespace {

constexpr int side = 64;

// Dark, with bright squares and grey bars.
Image picture(const std::vector<LabelledBox>& boxes) {
  std::vector<std::uint8_t> pixels(side * side * 3, 20);
  for (const LabelledBox& each : boxes)
    for (int y = 0; y < side; ++y)
      for (int x = 0; x < side; ++x) {
        const float u = (static_cast<float>(x) + 0.5f) / side, v = (static_cast<float>(y) + 0.5f) / side;
        if (u < each.box.left || u > each.box.right || v < each.box.top || v > each.box.bottom) continue;
        for (int c = 0; c < 3; ++c)
          pixels[static_cast<std::size_t>((y * side + x) * 3 + c)] =
              each.concept_name == "square" ? std::uint8_t{240} : static_cast<std::uint8_t>(80 + 30 * c);
      }
  return Image::copy_of(pixels, side, side);
}

LabelledInput input(const std::string& id, const std::vector<LabelledBox>& boxes) {
  LabelledInput made{.id = id, .input = picture(boxes), .boxes = boxes};
  for (const LabelledBox& each : boxes)
    if (std::ranges::find(made.positive, each.concept_name) == made.positive.end())
      made.positive.push_back(each.concept_name);
  return made;
}

std::vector<LabelledInput> four_pictures() {
  return {input("a", {{{0.1f, 0.1f, 0.45f, 0.45f}, "square"}, {{0.5f, 0.6f, 0.95f, 0.8f}, "bar"}}),
          input("b", {{{0.5f, 0.3f, 0.9f, 0.7f}, "square"}}),
          input("c", {{{0.05f, 0.1f, 0.55f, 0.3f}, "bar"}, {{0.55f, 0.55f, 0.9f, 0.9f}, "square"}}),
          input("d", {{{0.1f, 0.5f, 0.5f, 0.9f}, "square"}, {{0.45f, 0.1f, 0.95f, 0.35f}, "bar"}})};
}

// Nothing is varied, so that a few steps are enough.
Trainer trainer(const std::string& name, int epochs) {
  Trainer made = Trainer::deep(Catalogue::standard().training_template(name), {.epochs = epochs, .threads = 1, .seed = 3});
  made.set({{"image_size", side},
            {"batch", 4},
            {"flip", 0},
            {"zoom", 1},
            {"colour", 0},
            {"ema", 0},
            {"from", ""},
            {"learning_rate", 2e-3},
            {"weight_decay", 0}});
  return made;
}

bool says(const Report& report, const std::string& part) {
  return std::ranges::any_of(report.notes, [&](const std::string& note) { return note.find(part) != std::string::npos; });
}

void check_learns(const std::string& name, int epochs) {
  const Dataset pictures = Dataset::of(four_pictures());
  const Trained trained = trainer(name, epochs).fit(pictures, pictures);
  REQUIRE(trained.report.detection);
  INFO(name << "\n" << trained.report.to_string());
  CHECK(trained.report.detection->map_50.value() > 0.9);
  CHECK(trained.report.epochs.back().metric == "mAP50");
  CHECK(trained.report.held_out == 4);

  // It runs as any other detector: the same now, from the catalogue, and measured from outside.
  const Detector detector = trained.model.as<Detector>();
  CHECK(detection_quality(detector, pictures).map_50.value() > 0.7);  // of what it is sure of
  const TemporaryFolder folder;
  const Catalogue catalogue = Catalogue::open(folder.path().string());
  catalogue.save(trained.model, "shapes");
  const Image first = std::get<Image>(four_pictures()[0].input);
  const auto now = detector.detect(first), then = catalogue.load<Detector>("shapes").detect(first);
  REQUIRE(then.size() == now.size());
  for (std::size_t i = 0; i < now.size(); ++i) {
    CHECK(then[i].concepts.top().name == now[i].concepts.top().name);
    CHECK(then[i].score == Approx(now[i].score).epsilon(1e-3));
    CHECK(iou(then[i].box, now[i].box) > 0.99f);
  }
}

}  // namespace

TEST_CASE("FCOS learns four pictures by heart and runs from the catalogue") {
  check_learns("detection/fcos-resnet18-fpn", 60);
}

TEST_CASE("SSDlite learns four pictures by heart and runs from the catalogue") {
  check_learns("detection/ssdlite-mobilenet", 140);
}

TEST_CASE("CenterNet, which has no normalisation, begins to learn from random weights, too") {
  const Trained trained = trainer("detection/centernet", 30).fit(Dataset::of(four_pictures()));
  CHECK(trained.report.epochs.back().loss < 0.8 * trained.report.epochs.front().loss);
  CHECK(trained.model.spec().architecture == "centernet");
}

TEST_CASE("Multi-scale, mosaic and all augmentations together train, and equal seeds give equal models") {
  const Dataset pictures = Dataset::of(four_pictures());
  const auto model_of = [&](std::uint64_t seed) {
    Trainer made = Trainer::deep(Catalogue::standard().training_template("detection/ssdlite-mobilenet"),
                                 {.epochs = 2, .threads = 1, .seed = seed});
    made.set({{"image_size", 64},
              {"batch", 2},
              {"multi_scale", true},
              {"mosaic", 0.5},
              {"zoom", 1.5},
              {"rotate", 10},
              {"erase", 0.5},
              {"rand_augment", 2},
              {"flip_vertical", 0.5},
              {"crop", 0.5}});
    return made.fit(pictures, pictures).report.epochs.back().loss;
  };
  const double loss = model_of(1);
  CHECK(std::isfinite(loss));
  CHECK(loss == model_of(1));
  CHECK(loss != model_of(2));
}

TEST_CASE("What is wrong with boxes is told in the report, and what is right is learnt") {
  auto inputs = four_pictures();
  inputs[0].boxes.push_back({{0.8f, 0.8f, 1.3f, 1.2f}, "square"});
  inputs[1].boxes.push_back({{0.5f, 0.5f, 0.5f, 0.6f}, "bar"});
  inputs[1].boxes.push_back({{1.5f, 0.5f, 1.8f, 0.6f}, "circle"});
  inputs[2].positive.push_back("moon");
  inputs.push_back({.id = "e", .input = picture({}), .positive = {"square"}});  // somewhere on it
  auto held_out = four_pictures();
  held_out[0].boxes.push_back({{0, 0, 0.1f, 0.1f}, "star"});
  const auto trained = trainer("detection/ssdlite-mobilenet", 1).fit(Dataset::of(inputs), Dataset::of(held_out));
  CHECK(trained.report.trained_on == 4);
  CHECK(says(trained.report, "1 training box reached beyond the picture"));
  CHECK(says(trained.report, "2 training boxes without an area on the picture were left out, the first on \"b\""));
  CHECK(says(trained.report, "no box of \"circle\" can be learnt from"));
  CHECK(says(trained.report, "pictures show \"moon\", but no box says where"));
  CHECK(says(trained.report, "1 held-out box of \"star\", which is not among the concepts to be found"));
  REQUIRE(trained.report.detection);
  CHECK(trained.report.detection->concepts.size() == 2);
}

TEST_CASE("Without a held-out part, or without boxes on it, no figure is made up") {
  const Dataset pictures = Dataset::of(four_pictures());
  const auto alone = trainer("detection/ssdlite-mobilenet", 1).fit(pictures);
  CHECK_FALSE(alone.report.detection);
  CHECK(alone.report.to_json().at("detection").is_null());
  const Dataset empty = Dataset::of({{.id = "z", .input = picture({}), .negative = {"square"}}});
  const auto nothing = trainer("detection/ssdlite-mobilenet", 1).fit(pictures, empty);
  REQUIRE(nothing.report.detection);
  CHECK_FALSE(nothing.report.detection->map);
  CHECK(says(nothing.report, "no held-out picture has a box"));
  CHECK(nothing.report.to_html().find("mAP -") != std::string::npos);
}

TEST_CASE("Nothing to learn from, and a size that the net cannot halve, are errors") {
  CHECK_THROWS_WITH(
      trainer("detection/centernet", 1).fit(Dataset::of({{.id = "z", .input = picture({}), .positive = {"square"}}})),
      Catch::Contains("wanted boxes to learn from"));
  Trainer odd = trainer("detection/centernet", 1);
  odd.set("image_size", 100);
  CHECK_THROWS_WITH(odd.fit(Dataset::of(four_pictures())), Catch::Contains("wanted a multiple of 32, got 100; nearest: 96"));
  CHECK_THROWS_AS(
      trainer("detection/centernet", 1).fit(Dataset::of({{.id = "t", .input = Text{"a text"}, .positive = {"x"}}})), Error);
}
