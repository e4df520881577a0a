#include <cmath>

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
      REQUIRE(got[i].size() == wanted[i].size());
      for (std::size_t k = 0; k < got[i].size(); ++k) CHECK(iou(got[i][k].box, wanted[i][k].box) > 0.8f);
    }
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
