#include <algorithm>
#include <cmath>
#include <cstring>
#include <thread>

#include "model/decode/boxes.h"
#include "models.h"
#include "workflow/base/error.h"
#include "workflow/catalogue/catalogue.h"
#include "workflow/model/classifier.h"
#include "workflow/model/detector.h"
#include "workflow/model/embedder.h"
#include "workflow/model/landmarker.h"

using namespace workflow;

namespace {

Image sample(int number) { return read_image(test::face_package() + "/demo/sample" + std::to_string(number) + ".jpg"); }

Catalogue faces() { return Catalogue::standard({.folder = test::face_models()}); }

// A model loaded once a program, as loading measures and warms up.
const Detector& face_detector() {
  static const Detector detector = faces().load<Detector>("face-detector", {.device = Device::cpu()});
  return detector;
}

bool is_near(const Region& a, const Region& b) {
  return std::abs(a.score - b.score) < 1e-4f && std::abs(a.box.left - b.box.left) < 1e-4f &&
         std::abs(a.box.top - b.box.top) < 1e-4f && std::abs(a.box.right - b.box.right) < 1e-4f &&
         std::abs(a.box.bottom - b.box.bottom) < 1e-4f;
}

}  // namespace

TEST_CASE("The face detector's boxes on the package's photos equal the golden ones") {
  if (!test::is_there(test::shared_models) || !test::is_there(test::face_package())) return;
  const Weights golden = read_safetensors(test::shared_models + "/golden/face-api-tiny-face-detector.safetensors");
  for (int number = 1; number <= 3; ++number) {
    CAPTURE(number);
    const Image photo = sample(number);
    const auto found = face_detector().detect(photo);
    const TensorView* view = golden.find("sample" + std::to_string(number));
    REQUIRE(view);
    REQUIRE(found.size() == static_cast<std::size_t>(view->shape[0]));
    std::vector<float> rows(found.size() * 5);
    std::memcpy(rows.data(), view->data.data(), view->data.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
      const float* row = &rows[i * 5];
      const float w = static_cast<float>(photo.width()), h = static_cast<float>(photo.height());
      const Box wanted = Box{row[1] / w, row[2] / h, row[3] / w, row[4] / h}.clipped();
      CHECK(found[i].score == Approx(row[0]).epsilon(1e-4));
      CHECK(found[i].box.left == Approx(wanted.left).margin(1e-4));
      CHECK(found[i].box.top == Approx(wanted.top).margin(1e-4));
      CHECK(found[i].box.right == Approx(wanted.right).margin(1e-4));
      CHECK(found[i].box.bottom == Approx(wanted.bottom).margin(1e-4));
      CHECK(found[i].concepts.top().name == "face");
    }
  }
}

TEST_CASE("A batch of five gives what five single calls give, in order") {
  if (!test::is_there(test::face_package())) return;
  std::vector<Image> photos;
  for (const int number : {1, 2, 3, 2, 1}) photos.push_back(sample(number));
  const auto together = face_detector().detect(photos);
  REQUIRE(together.size() == photos.size());
  for (std::size_t i = 0; i < photos.size(); ++i) {
    const auto alone = face_detector().detect(photos[i]);
    REQUIRE(together[i].size() == alone.size());
    for (std::size_t k = 0; k < alone.size(); ++k) CHECK(is_near(together[i][k], alone[k]));
  }
  const auto embedder = faces().load<Embedder>("face-embedder", {.device = Device::cpu()});
  const auto embeddings = embedder.embed(photos);
  for (std::size_t i = 0; i < photos.size(); ++i) {
    const Embedding alone = embedder.embed(photos[i]);
    for (std::size_t k = 0; k < alone.values.size(); ++k)
      CHECK(embeddings[i].values[k] == Approx(alone.values[k]).margin(1e-4));
  }
  CHECK(embeddings[0].values.size() == 128);
}

TEST_CASE("An empty batch gives nothing, an empty image is an error that says which") {
  if (!test::is_there(test::face_package())) return;
  CHECK(face_detector()(Batch<Image>()).empty());
  CHECK(face_detector().detect(std::span<const Image>()).empty());
  const std::vector<Image> photos = {sample(1), Image()};
  try {
    face_detector().detect(photos);
    FAIL("wanted an Error");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::InvalidValue);
    CHECK_THAT(error.what(), Catch::Contains("image 2 of 2"));
  }
}

TEST_CASE("Two threads get what one gets") {
  if (!test::is_there(test::face_package())) return;
  const Image photo = sample(1);
  const auto wanted = face_detector().detect(photo);
  std::vector<std::vector<Region>> found(2);
  std::vector<std::thread> threads;
  for (auto& slot : found)
    threads.emplace_back([&] {
      for (int i = 0; i < 3; ++i) slot = face_detector().detect(photo);
    });
  for (auto& thread : threads) thread.join();
  for (const auto& each : found) {
    REQUIRE(each.size() == wanted.size());
    for (std::size_t k = 0; k < wanted.size(); ++k) CHECK(is_near(each[k], wanted[k]));
  }
}

TEST_CASE("A face's expression sums to one and its 68 points lie on it") {
  if (!test::is_there(test::face_package())) return;
  const Image photo = sample(1);
  const auto found = face_detector().detect(photo);
  REQUIRE(found.size() == 3);
  const Image face = photo.crop(found[1].box);  // it laughs
  const auto read = faces().load<Classifier>("face-expression", {.device = Device::cpu()});
  const Concepts concepts = read.classify(face);
  float sum = 0;
  for (const Concept& each : concepts) sum += each.score;
  CHECK(concepts.size() == 7);
  CHECK(sum == Approx(1).margin(1e-5));
  CHECK(concepts.top().name == "happy");
  const auto locate = faces().load<Landmarker>("face-landmarks", {.device = Device::cpu()});
  const Landmarks landmarks = locate.locate(face);
  REQUIRE(landmarks.points.size() == 68);
  // Eyes above the nose's tip, that above the mouth; the left one of the photo to the left.
  CHECK(landmarks.points[36].y < landmarks.points[30].y);
  CHECK(landmarks.points[30].y < landmarks.points[48].y);
  CHECK(landmarks.points[36].x < landmarks.points[45].x);
  for (const Point& point : landmarks.points) {
    CHECK(point.x > -0.3f);
    CHECK(point.x < 1.3f);
  }
}

TEST_CASE("YuNet finds on real photos the faces that the other detector finds, with points inside") {
  if (!test::is_there(test::face_package()) || !test::is_there(test::yunet_file)) return;
  const auto yunet =
      Catalogue::standard({.folder = test::yunet_models()}).load<Detector>("yunet-face", {.device = Device::cpu()});
  for (int number = 1; number <= 3; ++number) {
    CAPTURE(number);
    const Image photo = sample(number);
    const auto found = yunet.detect(photo);
    for (const Region& face : face_detector().detect(photo)) {
      const auto same =
          std::find_if(found.begin(), found.end(), [&](const Region& other) { return iou(face.box, other.box) > 0.3f; });
      REQUIRE(same != found.end());
      REQUIRE(same->points.size() == 5);
      CHECK(same->points[0].x < same->points[1].x);
      CHECK(same->points[2].x > same->box.left);
      CHECK(same->points[2].x < same->box.right);
    }
  }
}

TEST_CASE("YuNet's cells of another number than its input has are an error") {
  const std::vector<float> cells(16 * 10);
  CHECK_THROWS_AS(yunet_regions(cells, 64, 64, 0.5f), Error);
}
