#include "workflow/values/suppression.h"

#include <limits>

#include "catch.h"
#include "workflow/base/error.h"

using namespace workflow;

namespace {
Region region(float left, float score, const char* name = "face") {
  return {{left, 0, left + 0.4f, 0.4f}, score, {{name, score}}, {}};
}
}  // namespace

TEST_CASE("Of overlapping regions the best stays, in order of score, equal scores in order of place") {
  const std::vector<Region> regions = {region(0.0f, 0.5f), region(0.05f, 0.9f), region(0.5f, 0.7f), region(0.52f, 0.7f)};
  CHECK(suppress(regions, 0.4f, false) == std::vector<std::size_t>{1, 2});
  CHECK(suppress(regions, 1.0f, false) == std::vector<std::size_t>{1, 2, 3, 0});
}

TEST_CASE("With `by_concept` regions of another concept do not suppress each other") {
  const std::vector<Region> regions = {region(0, 0.5f, "cat"), region(0, 0.9f, "dog"), region(0, 0.4f, "dog")};
  CHECK(suppress(regions, 0.4f, true) == std::vector<std::size_t>{1, 0});
  CHECK(suppress(regions, 0.4f, false) == std::vector<std::size_t>{1});
}

TEST_CASE("Suppression of nothing gives nothing; NaN scores and an IoU out of its range are errors") {
  CHECK(suppress({}, 0.5f, false).empty());
  constexpr float nan = std::numeric_limits<float>::quiet_NaN();
  const std::vector<Region> regions = {region(0, 0.5f), region(0, nan)};
  CHECK_THROWS_AS(suppress(regions, 0.5f, false), Error);
  for (const float iou : {-0.1f, 1.1f, nan}) CHECK_THROWS_AS(suppress({}, iou, false), Error);
}

TEST_CASE("Ten thousand regions that do not overlap all stay") {
  std::vector<Region> regions;
  for (int i = 0; i < 10'000; ++i) {
    const float left = static_cast<float>(i % 100) / 100, top = static_cast<float>(i / 100) / 100;
    regions.push_back({{left, top, left + 0.009f, top + 0.009f}, static_cast<float>(i) / 10'000, {}, {}});
  }
  const auto kept = suppress(regions, 0.5f, true);
  REQUIRE(kept.size() == regions.size());
  CHECK(kept.front() == 9'999);
}
