#include "workflow/operators/blur.h"

#include "operator_checks.h"

using namespace workflow;

namespace {

// Columns of black and white, one pixel each.
Image stripes(int width, int height) {
  std::vector<std::uint8_t> pixels;
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) pixels.insert(pixels.end(), 3, x % 2 == 0 ? 0 : 255);
  return Image::copy_of(pixels, width, height);
}

// How far the lightest and the darkest pixel of a part are apart.
int contrast(const Image& image, int left, int top, int right, int bottom) {
  int low = 255;
  int high = 0;
  for (int y = top; y < bottom; ++y)
    for (int x = left; x < right; ++x) {
      low = std::min<int>(low, image.row(y)[3 * x]);
      high = std::max<int>(high, image.row(y)[3 * x]);
    }
  return high - low;
}

Image covered(const Blur& blur, const Image& image, std::vector<Region> regions) {
  return blur(Group<Region>(regions), image);
}

}  // namespace

TEST_CASE("what is in a region can't be told any more, what is around it stays to the last bit") {
  const Image image = stripes(120, 80);
  for (const Blur::How how : {Blur::How::Gaussian, Blur::How::Pixelate}) {
    const Image result = covered({.how = how}, image, {made::region({0.25f, 0.25f, 0.75f, 0.75f})});
    CHECK(contrast(result, 32, 22, 88, 58) < 40);
    for (int y = 0; y < 80; ++y)
      for (int x = 0; x < 120; ++x)
        if (x < 30 || x >= 90 || y < 20 || y >= 60) REQUIRE(result.row(y)[3 * x] == image.row(y)[3 * x]);
    CHECK(contrast(image, 0, 0, 120, 80) == 255);  // the image itself is nobody's to write on
  }
}

TEST_CASE("pixelation leaves blocks of the asked side") {
  std::vector<std::uint8_t> pixels;
  for (int y = 0; y < 100; ++y)
    for (int x = 0; x < 100; ++x) pixels.insert(pixels.end(), 3, static_cast<std::uint8_t>(x + y));
  const Image result = covered({.how = Blur::How::Pixelate, .strength = 0.25f}, Image::copy_of(pixels, 100, 100),
                               {made::region({0, 0, 1, 1})});
  CHECK(contrast(result, 0, 0, 25, 25) == 0);
  CHECK(contrast(result, 75, 50, 100, 75) == 0);
  CHECK(contrast(result, 0, 0, 26, 25) > 0);
}

TEST_CASE("a region covers every pixel that it touches, and the margin more; what lies outside is clipped") {
  const Image image = stripes(100, 100);
  const auto touched = covered({}, image, {made::region({0.105f, 0.105f, 0.295f, 0.295f})});
  CHECK(contrast(touched, 10, 10, 30, 30) < 60);
  const auto more = covered({.margin = 2}, image, {made::region({0.4f, 0.4f, 0.6f, 0.6f})});
  CHECK(contrast(more, 32, 32, 68, 68) < 40);
  const auto beyond = covered(
      {}, image, {made::region({-1, -1, 0.5f, 0.5f}), made::region({2, 2, 3, 3}), made::region({0.7f, 0.7f, 0.7f, 0.9f})});
  CHECK(contrast(beyond, 0, 0, 45, 45) < 40);
  CHECK(contrast(beyond, 60, 60, 100, 100) == 255);
  for (const Blur::How how : {Blur::How::Gaussian, Blur::How::Pixelate})
    CHECK_NOTHROW(covered({.how = how, .strength = 1, .margin = 1e20f}, made::image(1, 1), {made::region({0, 0, 1, 1})}));
}

TEST_CASE(
    "an image without regions goes through as it is, one with a broken box gives none, and the others are not harmed") {
  Graph graph("g");
  const auto photo = graph.input<Image>("photo");
  const auto regions = photo.then([](const Image& image) {
    std::vector<Region> found;
    if (image.width() == 3) found = {made::region({0, made::nan, 1, 1})};
    if (image.width() > 3) found = {made::region({0, 0, 1, 1})};
    return found;
  });
  const auto safe = regions.then(Blur{}).named("safe");
  const Image plain = made::image(2, 2);
  const auto results = made::run_all(graph, std::vector{plain, made::image(3, 3), stripes(20, 20)});
  CHECK((*results[0][safe].front()).row(0) == plain.row(0));
  CHECK(results[1][safe].empty());
  CHECK(std::string(results[1].error().what()) == "[g/safe] input \"1\": wanted a box made of numbers, got NaN or infinity");
  CHECK(contrast(*results[2][safe].front(), 0, 0, 20, 20) < 60);
}

TEST_CASE("Blur's settings are checked and come back from JSON") {
  checks::json_round_trip(Blur{.how = Blur::How::Pixelate, .strength = 0.5f, .margin = 1.3f});
  checks::refused(Blur{.strength = 0});
  checks::refused(Blur{.strength = 1.1f});
  checks::refused(Blur{.margin = 0});
}
