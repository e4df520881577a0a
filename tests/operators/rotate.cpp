#include "workflow/operators/rotate.h"

#include <cmath>

#include "operator_checks.h"

using namespace workflow;

namespace {

// 1 2 3
// 4 5 6
Image six() {
  std::vector<std::uint8_t> pixels;
  for (std::uint8_t i = 1; i <= 6; ++i) pixels.insert(pixels.end(), 3, i);
  return Image::copy_of(pixels, 3, 2);
}

std::string pixels_of(const Image& image) {
  std::string text;
  for (int y = 0; y < image.height(); ++y) {
    for (int x = 0; x < image.width(); ++x) text += static_cast<char>('0' + image.row(y)[3 * x]);
    text += '/';
  }
  return text;
}

}  // namespace

TEST_CASE("quarter turns move every pixel and change none") {
  const auto turned = [](float degrees) { return pixels_of(Rotate{.degrees = degrees}(six())); };
  CHECK(turned(0) == "123/456/");
  CHECK(turned(90) == "41/52/63/");
  CHECK(turned(180) == "654/321/");
  CHECK(turned(270) == "36/25/14/");
  CHECK(turned(-90) == turned(270));
  CHECK(turned(360) == turned(0));
  CHECK(turned(-270) == turned(90));
}

TEST_CASE("a picture that is not turned shares its pixels") {
  const Image image = six();
  CHECK(Rotate{.degrees = 0}(image).row(0) == image.row(0));
}

TEST_CASE("at other angles the picture grows until all of it is on it, and its corners are black") {
  const Image turned = Rotate{.degrees = 45}(made::image(100, 100, 200));
  CHECK(turned.width() == 142);
  CHECK(turned.height() == 142);
  CHECK(turned.row(0)[0] == 0);
  CHECK(turned.row(141)[3 * 141] == 0);
  CHECK(turned.row(71)[3 * 71] == 200);
  CHECK(turned.row(71)[3 * 4] == 200);  // the left corner of the square
}

TEST_CASE("a small turn clockwise brings the right side down") {
  std::vector<std::uint8_t> pixels(100 * 100 * 3, 0);
  for (int x = 0; x < 100; ++x) pixels[static_cast<std::size_t>(50 * 100 + x) * 3] = 255;
  const Image turned = Rotate{.degrees = 10}(Image::copy_of(pixels, 100, 100));
  const auto row_of_line = [&](int x) {
    int best = 0;
    for (int y = 0; y < turned.height(); ++y)
      if (turned.row(y)[3 * x] > turned.row(best)[3 * x]) best = y;
    return best;
  };
  CHECK(row_of_line(90) - row_of_line(20) == Approx(70 * std::tan(10 * 3.14159265 / 180)).margin(1.5));
}

TEST_CASE("an empty image is the error of its own input, and no images give none") {
  Graph graph("g");
  const auto photo = graph.input<Image>("photo");
  const auto turned = photo.then(Rotate{.degrees = 45}).named("turned");
  const auto none =
      photo.then(made::Finds{}).then([](const Region&) { return made::image(1, 1); }).then(Rotate{}).named("none");
  const auto results = made::run_all(graph, std::vector{Image(), made::image(2, 2)});
  CHECK(std::string(results[0].error().what()) == "[g/turned] input \"0\": wanted an image, got an empty one");
  CHECK(results[1][turned].size() == 1);
  CHECK(results[1][none].empty());
}

TEST_CASE("a turn that would take too large a picture is refused before it is made") {
  CHECK(checks::error_of([] { Rotate{.degrees = 0.3f}(made::image(32768, 100)); }) == ErrorCode::InvalidValue);
  CHECK(checks::error_of([] { Rotate{.degrees = 45}(made::image(32768, 2)); }) == ErrorCode::InvalidValue);
}

TEST_CASE("Rotate's settings are checked and come back from JSON") {
  checks::json_round_trip(Rotate{.degrees = -12.5f});
  checks::refused(Rotate{.degrees = 361});
  checks::refused(Rotate{.degrees = made::nan});
}
