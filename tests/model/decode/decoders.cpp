#include "model/decode/decoders.h"

#include <cmath>
#include <functional>

#include "catch.h"
#include "model/decode/centernet.h"
#include "model/decode/scored_boxes.h"
#include "workflow/base/error.h"

using namespace workflow;

namespace {

constexpr Box whole = {0, 0, 1, 1};

Output output_of(std::vector<std::int64_t> shape, float fill) {
  std::size_t count = 1;
  for (const std::int64_t side : shape) count *= static_cast<std::size_t>(side);
  return {std::vector<float>(count, fill), std::move(shape)};
}

float logit(float probability) { return std::log(probability / (1 - probability)); }

ModelSpec spec_with(const char* decoding) {
  ModelSpec spec;
  spec.id = "made";
  spec.decoding = Json::parse(decoding);
  return spec;
}

std::string error_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("CenterNet's centres are cells that no neighbour exceeds, with the distances that stand there") {
  Output heat = output_of({1, 2, 4, 4}, -9), distances = output_of({1, 4, 4, 4}, 8);
  const auto cell = [](std::size_t label, std::size_t row, std::size_t column) { return (label * 4 + row) * 4 + column; };
  heat.values[cell(1, 2, 1)] = logit(0.8f);
  heat.values[cell(1, 2, 2)] = logit(0.7f);  // beside a better one
  heat.values[cell(0, 0, 3)] = logit(0.5f);  // in the corner
  heat.values[cell(0, 3, 0)] = logit(0.2f);  // below the threshold
  distances.values[cell(2, 2, 1)] = 4;       // to the right
  const std::vector<Output> outputs = {heat, distances};
  const auto regions = centernet_regions(outputs, 0, 16, 16, 0.3f);
  REQUIRE(regions.size() == 2);
  CHECK(regions[0].label == 1);
  CHECK(regions[0].score == Approx(0.8f));
  CHECK(regions[0].box.left == Approx(0.25f - 0.5f));
  CHECK(regions[0].box.top == Approx(0.5f - 0.5f));
  CHECK(regions[0].box.right == Approx(0.25f + 0.25f));
  CHECK(regions[0].box.bottom == Approx(0.5f + 0.5f));
  CHECK(regions[1].label == 0);
  CHECK(centernet_regions(outputs, 0, 16, 16, 1.0f).empty());
}

TEST_CASE("CenterNet reads a flat map of a thousand equal peaks as its hundred best, not as all of them") {
  const std::vector<Output> outputs = {output_of({1, 1, 64, 64}, 1), output_of({1, 4, 64, 64}, 1)};
  CHECK(centernet_regions(outputs, 0, 256, 256, 0.3f).size() == 100);
}

TEST_CASE("Boxes with scores give a region for each label above the threshold, by sigmoid or by softmax") {
  Output boxes = output_of({1, 2, 4}, 0), scores = output_of({1, 2, 3}, -9);
  boxes.values = {0.1f, 0.2f, 0.3f, 0.4f, 0.5f, 0.5f, 0.9f, 0.9f};
  scores.values[1] = logit(0.6f);
  scores.values[2] = logit(0.9f);
  scores.values[3] = 9;  // the second box is background
  const std::vector<Output> outputs = {boxes, scores};
  const auto by_sigmoid = scored_boxes(outputs, 0, {.scores = Scores::Sigmoid, .background = true}, 0.5f);
  REQUIRE(by_sigmoid.size() == 2);
  CHECK(by_sigmoid[0].label == 1);
  CHECK(by_sigmoid[0].score == Approx(0.9f));
  CHECK(by_sigmoid[1].label == 0);
  CHECK(by_sigmoid[1].box == Box{0.1f, 0.2f, 0.3f, 0.4f});
  const auto by_softmax = scored_boxes(outputs, 0, {.scores = Scores::Softmax, .background = true}, 0.5f);
  REQUIRE(by_softmax.size() == 1);
  CHECK(by_softmax[0].label == 1);
  CHECK(by_softmax[0].score == Approx(9.0f / (9.0f + 1.5f)).epsilon(0.001));
}

TEST_CASE("FastestDet's cells give their best label, where objectness and class agree") {
  Output cells = output_of({1, 7, 2, 2}, 0);
  const auto at = [](std::size_t map, std::size_t cell) { return map * 4 + cell; };
  cells.values[at(0, 3)] = 0.9f;
  cells.values[at(5, 3)] = 0.2f;
  cells.values[at(6, 3)] = 0.8f;
  const auto regions = fastestdet_regions(cells, 0, 0.5f);
  REQUIRE(regions.size() == 1);
  CHECK(regions[0].label == 1);
  CHECK(regions[0].score == Approx(std::pow(0.9, 0.6) * std::pow(0.8, 0.4)));
  CHECK(regions[0].box == Box{0.25f, 0.25f, 0.75f, 0.75f});
}

TEST_CASE("Boxes of two labels suppress each other only where the decoding says so") {
  Output boxes = output_of({1, 1, 4}, 0);
  boxes.values = {0.1f, 0.1f, 0.9f, 0.9f};
  const std::vector<Output> outputs = {boxes, output_of({1, 1, 2}, 3)};
  const std::vector<std::string> labels = {"cat", "dog"};
  const auto count = [&](const char* decoding) {
    return (*make_region_decoder(spec_with(decoding), {}, labels))(outputs, 0, whole).size();
  };
  CHECK(count(R"({"kind": "boxes", "scores": "sigmoid", "threshold": 0.5, "iou": 0.5})") == 1);
  CHECK(count(R"({"kind": "boxes", "scores": "sigmoid", "threshold": 0.5, "iou": 0.5, "by_concept": true})") == 2);
}

TEST_CASE("Outputs that do not fit a detector's decoding are errors that say what was wanted") {
  using Catch::Contains;
  const std::vector<std::string> labels = {"cat"};
  const std::vector<Output> two_labels = {output_of({1, 1, 4}, 0.5f), output_of({1, 1, 2}, 3)};
  const auto boxes =
      make_region_decoder(spec_with(R"({"kind": "boxes", "scores": "sigmoid", "threshold": 0.5, "iou": 0.5})"), {}, labels);
  CHECK_THAT(error_of([&] { (*boxes)(two_labels, 0, whole); }), Contains("made@1") && Contains("got 1 labels"));
  const std::vector<Output> one = {output_of({1, 2, 4, 4}, 0)};
  CHECK_THAT(error_of([&] { (*boxes)(one, 0, whole); }), Contains("two outputs"));
  CHECK_THAT(error_of([&] { centernet_regions(one, 0, 16, 16, 0.5f); }), Contains("four distances"));
  CHECK_THAT(error_of([&] { fastestdet_regions(two_labels[0], 0, 0.5f); }), Contains("fastestdet"));
  CHECK_THAT(
      error_of([&] { make_region_decoder(spec_with(R"({"kind": "boxes", "threshold": 0.5, "iou": 0.5})"), {}, labels); }),
      Contains("scores"));
}

TEST_CASE("An age becomes bands that sum to one, the age itself, and two genders") {
  const std::vector<std::string> labels = {"male", "female", "age", "age 0 to 19", "age 20 to 39", "age 40 and over"};
  const auto decoder =
      make_concept_decoder(spec_with(R"({"kind": "age-gender", "error": 4, "bands": [0, 20, 40]})"), labels);
  const auto read = [&](float age) {
    const std::vector<Output> outputs = {{{age}, {1, 1}}, {{2, -1}, {1, 2}}};
    return (*decoder)(outputs, 0);
  };
  const Concepts thirty = read(30);
  CHECK(thirty.score("age") == Approx(0.30f));
  CHECK(thirty.score("male") == Approx(1 / (1 + std::exp(-3.0))));
  CHECK(thirty.score("male") + thirty.score("female") == Approx(1.0f));
  CHECK(thirty.score("age 20 to 39") > 0.9f);
  CHECK(thirty.score("age 0 to 19") == Approx(thirty.score("age 40 and over")));
  CHECK(thirty.score("age 0 to 19") + thirty.score("age 20 to 39") + thirty.score("age 40 and over") == Approx(1.0f));
  // On the border of two bands each is as likely as the other; what lies beyond all of them counts as the last.
  CHECK(read(20).score("age 0 to 19") == Approx(0.5f).margin(0.001));
  CHECK(read(-7).score("age 0 to 19") > 0.99f);
  CHECK(read(1e9f).score("age 40 and over") == Approx(1.0f));
  CHECK(read(1e9f).score("age") == 1.0f);
}

TEST_CASE("Bands and labels of ages that do not fit together are refused") {
  using Catch::Contains;
  const std::vector<std::string> labels = {"male", "female", "age", "young", "old"};
  const auto make = [&](const char* bands) {
    const std::string decoding = std::string(R"({"kind": "age-gender", "error": 4, "bands": )") + bands + "}";
    return error_of([&] { make_concept_decoder(spec_with(decoding.c_str()), labels); });
  };
  CHECK(make("[0, 30]") == "no error");
  CHECK_THAT(make("[0, 30, 60]"), Contains("wanted 6 labels"));
  CHECK_THAT(make("[5, 30]"), Contains("from 0 on"));
  CHECK_THAT(make("[0, 0]"), Contains("rising"));
  CHECK_THAT(make("[]"), Contains("bands"));
  CHECK_THAT(make("[0, 1.5]"), Contains("integers"));
}
