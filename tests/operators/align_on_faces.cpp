// Align on a real photo, with real models.
#include <cmath>

#include "models.h"
#include "workflow/catalogue/catalogue.h"
#include "workflow/model/detector.h"
#include "workflow/model/landmarker.h"
#include "workflow/operators/align.h"
#include "workflow/operators/crop.h"
#include "workflow/operators/rotate.h"

using namespace workflow;

TEST_CASE("a real face that was turned on its photo comes out upright: its landmarks lie level again") {
  if (!test::is_there(test::face_package())) return;
  const Catalogue catalogue = Catalogue::standard({.folder = test::face_models()});
  const auto find_faces = catalogue.load<Detector>("face-detector");
  const auto find_landmarks = catalogue.load<Landmarker>("face-landmarks");
  const Image photo = read_image(test::face_package() + "/demo/sample1.jpg");
  int looked_at = 0;
  for (const float degrees : {-20.0f, 20.0f}) {
    const Image turned = Rotate{.degrees = degrees}(photo);
    for (const Region& face : find_faces.detect(turned)) {
      const auto crop = Crop{.margin = 1.3f, .square = true}(face, turned);
      REQUIRE(crop);
      const auto tilt_of = [](const Landmarks& marks, const Image& image) {
        const Point a = marks.points[36];
        const Point b = marks.points[45];
        return std::abs(std::atan2((b.y - a.y) * static_cast<float>(image.height()),
                                   (b.x - a.x) * static_cast<float>(image.width()))) *
               57.2958f;
      };
      const Landmarks before = find_landmarks.locate(*crop);
      const auto upright = Align{.width = 160, .height = 160}(before, *crop);
      REQUIRE(upright);
      const Landmarks after = find_landmarks.locate(*upright);
      CHECK(tilt_of(after, *upright) < 6);
      CHECK(tilt_of(after, *upright) < tilt_of(before, *crop) + 2);
      ++looked_at;
    }
  }
  CHECK(looked_at >= 2);
}
