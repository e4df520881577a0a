#include <algorithm>
#include <cmath>
#include <thread>

#include "catch.h"
#include "engine/compiled_net.h"
#include "model/session.h"
#include "models.h"
#include "workflow/base/error.h"
#include "workflow/catalogue/catalogue.h"
#include "workflow/model/classifier.h"
#include "workflow/model/detector.h"
#include "workflow/values/image.h"

using namespace workflow;

namespace {

std::vector<Image> photos() {
  std::vector<Image> all;
  for (int i = 1; i <= 6; ++i) all.push_back(read_image(test::face_package() + "/demo/sample" + std::to_string(i) + ".jpg"));
  return all;
}

}  // namespace

TEST_CASE("Int8 and BFloat16 find the same faces on real photos, and tell how far their outputs move") {
  if (!test::is_there(test::face_package())) return;
  const auto catalogue = Catalogue::standard({.folder = test::face_models()});
  const auto full = catalogue.load<Detector>("face-detector");
  CHECK(full.precision() == Precision::Float32);
  CHECK(full.precision_report().inputs == 0);
  const auto images = photos();
  for (const Precision precision : {Precision::BFloat16, Precision::Int8}) {
    if (!is_there(precision)) continue;
    CAPTURE(name_of(precision));
    const auto reduced = catalogue.load<Detector>("face-detector", {.precision = precision, .calibration = images});
    const PrecisionReport report = reduced.precision_report();
    CHECK(report.precision == precision);
    CHECK(report.inputs == images.size());
    CHECK_FALSE(report.is_made_up);
    CHECK(report.mean_change > 0);
    CHECK(report.mean_change < (precision == Precision::Int8 ? 0.2 : 0.05));
    CHECK(report.worst_change >= report.mean_change);
    const auto wanted = full.detect(images), got = reduced.detect(images);
    for (std::size_t i = 0; i < images.size(); ++i) {
      CAPTURE(i);
      if (precision == Precision::BFloat16) CHECK(got[i].size() == wanted[i].size());
      // Int8 moves these scores by up to 0.2: a face that only just reaches the threshold of 0.5 may go.
      for (const Region& face : wanted[i]) {
        if (precision == Precision::Int8 && face.score < 0.6f) continue;
        CAPTURE(face.score);
        CHECK(std::ranges::any_of(got[i], [&](const Region& each) { return iou(each.box, face.box) > 0.8f; }));
      }
    }
    // Two threads at once get the same to the last bit; of nothing comes nothing.
    std::vector<std::vector<Region>> beside;
    std::thread other([&] { beside = reduced.detect(images); });
    const auto again = reduced.detect(images);
    other.join();
    for (std::size_t i = 0; i < images.size(); ++i) {
      REQUIRE(beside[i].size() == got[i].size());
      REQUIRE(again[i].size() == got[i].size());
      for (std::size_t k = 0; k < got[i].size(); ++k) {
        CHECK(beside[i][k].score == got[i][k].score);
        CHECK(again[i][k].score == got[i][k].score);
      }
    }
    CHECK(reduced.detect(std::span<const Image>{}).empty());
    // A graph's JSON keeps the precision.
    CHECK(Detector::from_json(reduced.to_json(), &catalogue).precision() == precision);
  }
}

TEST_CASE("Int8 without pictures to calibrate on says that made-up ones served") {
  if (!test::is_there(test::face_package())) return;
  const auto catalogue = Catalogue::standard({.folder = test::face_models()});
  const auto model = catalogue.load<Classifier>("face-expression", {.precision = Precision::Int8});
  CHECK(model.precision_report().is_made_up);
  CHECK(model.precision_report().inputs > 0);
  CHECK(model.precision_report().text().find("made-up") != std::string::npos);
}

TEST_CASE("A model that reads texts computes in Float32 alone, and says so") {
  if (!test::is_there(test::language_package())) return;
  const auto catalogue = Catalogue::standard({.folder = test::language_models()});
  try {
    catalogue.load<Classifier>("text-language", {.precision = Precision::Int8});
    FAIL("wanted an Error");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::Unavailable);
    CHECK(std::string(error.what()).find("float32 alone") != std::string::npos);
  }
}
