#include "model/preprocess/preprocess.h"

#include <cmath>
#include <limits>
#include <opencv2/imgproc.hpp>
#include <random>
#include <thread>
#include <vector>

#include "catch.h"
#include "workflow/base/error.h"
#include "workflow/opencv.h"

using namespace workflow;

namespace {

Image noise(int width, int height, std::mt19937& random) {
  cv::Mat pixels(height, width, CV_8UC3);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < 3 * width; ++x) pixels.ptr(y)[x] = static_cast<std::uint8_t>(random());
  }
  return from_mat(pixels);
}

// What OpenCV gives when each step is done on its own: the padded picture is built, resized, made floats, reordered.
std::vector<float> by_opencv(const Image& image, const Preprocess& settings, Layout layout) {
  cv::Mat padded = as_mat(image);
  if (settings.fit == Fit::CutCentre) {
    const long w = image.width();
    const long h = image.height();
    const int wide = static_cast<int>(std::clamp((h * settings.width + settings.height / 2) / settings.height, 1L, w));
    const int high = static_cast<int>(std::clamp((w * settings.height + settings.width / 2) / settings.width, 1L, h));
    padded = padded(cv::Rect((image.width() - wide) / 2, (image.height() - high) / 2, wide, high)).clone();
  } else if (settings.fit != Fit::Stretch) {
    const long w = image.width();
    const long h = image.height();
    const int wide = static_cast<int>(std::max(w, (h * settings.width + settings.height / 2) / settings.height));
    const int high = static_cast<int>(std::max(h, (w * settings.height + settings.width / 2) / settings.width));
    const bool centred = settings.fit == Fit::PadCentre;
    const int left = centred ? (wide - image.width()) / 2 : 0;
    const int top = centred ? (high - image.height()) / 2 : 0;
    cv::Mat canvas(high, wide, CV_8UC3, cv::Scalar::all(0));
    padded.copyTo(canvas(cv::Rect(left, top, image.width(), image.height())));
    padded = canvas;
  }
  cv::Mat sized;
  const int method = settings.sampling == Sampling::Area ? cv::INTER_AREA : cv::INTER_LINEAR;
  cv::resize(padded, sized, {settings.width, settings.height}, 0, 0, method);
  const auto width = static_cast<std::size_t>(settings.width);
  const auto plane = width * static_cast<std::size_t>(settings.height);
  std::vector<float> values(3 * plane);
  for (std::size_t i = 0; i < plane; ++i) {
    for (std::size_t c = 0; c < 3; ++c) {
      const float level = sized.ptr(static_cast<int>(i / width))[3 * (i % width) + (settings.rgb ? 2 - c : c)];
      const float value = (level - settings.mean[c]) * settings.scale[c];
      values[layout == Layout::Planar ? c * plane + i : 3 * i + c] = value;
    }
  }
  return values;
}

std::vector<float> by_us(const Image& image, const Preprocess& settings, Layout layout) {
  // NaN all over shows any value that is not written; a value behind the end shows one that is written too many.
  const std::size_t count = 3 * static_cast<std::size_t>(settings.width) * static_cast<std::size_t>(settings.height);
  std::vector<float> values(count + 1, std::numeric_limits<float>::quiet_NaN());
  preprocess(image, settings, layout, values.data());
  CHECK(std::isnan(values.back()));
  values.pop_back();
  return values;
}

Preprocess some_settings(std::mt19937& random) {
  Preprocess settings;
  const auto side = [&] { return 1 + static_cast<int>(random() % 90); };
  settings.width = side();
  settings.height = random() % 2 ? settings.width : side();
  settings.fit = static_cast<Fit>(random() % 4);
  settings.rgb = random() % 2;
  settings.mean = {122.782f, 117.001f, 104.298f};
  settings.scale = {1 / 255.0f, 1 / 58.4f, 1 / 127.5f};
  return settings;
}

}  // namespace

TEST_CASE("Linear gives bit for bit what padding and cv::resize give, whatever the sizes, fits and layouts") {
  std::mt19937 random(1);
  for (int i = 0; i < 400; ++i) {
    const Image image = noise(1 + static_cast<int>(random() % 300), 1 + static_cast<int>(random() % 300), random);
    const Preprocess settings = some_settings(random);
    const Layout layout = random() % 2 ? Layout::Planar : Layout::Interleaved;
    INFO(image.width() << " x " << image.height() << " to " << settings.width << " x " << settings.height << ", fit "
                       << static_cast<int>(settings.fit));
    REQUIRE(by_us(image, settings, layout) == by_opencv(image, settings, layout));
  }
}

TEST_CASE("Linear equals cv::resize where OpenCV takes its shortcuts: the same size and half the size") {
  std::mt19937 random(2);
  for (const int factor : {1, 2}) {
    for (const Fit fit : {Fit::Stretch, Fit::PadCorner, Fit::PadCentre, Fit::CutCentre}) {
      Preprocess settings{.width = 40, .height = 40, .fit = fit};
      const Image square = noise(40 * factor, 40 * factor, random);
      const Image wide = noise(40 * factor, 13 * factor + 1, random);
      CHECK(by_us(square, settings, Layout::Planar) == by_opencv(square, settings, Layout::Planar));
      CHECK(by_us(wide, settings, Layout::Interleaved) == by_opencv(wide, settings, Layout::Interleaved));
    }
  }
}

TEST_CASE("pictures of one or two pixels a side are sampled as OpenCV does") {
  std::mt19937 random(3);
  for (const int width : {1, 2, 3}) {
    for (const int height : {1, 2, 3}) {
      for (const Fit fit : {Fit::Stretch, Fit::PadCorner, Fit::PadCentre, Fit::CutCentre}) {
        const Image image = noise(width, height, random);
        const Preprocess settings{.width = 17, .height = 9, .fit = fit};
        CHECK(by_us(image, settings, Layout::Planar) == by_opencv(image, settings, Layout::Planar));
      }
    }
  }
}

TEST_CASE("a crop is read in place and gives what a copy of it gives") {
  std::mt19937 random(4);
  const Image whole = noise(301, 199, random);
  for (int i = 0; i < 60; ++i) {
    const auto edge = [&] { return static_cast<float>(random() % 1000) / 1000.0f; };
    const Image part = whole.crop({edge(), edge(), edge(), edge()});
    const Image copy = from_mat(as_mat(part).clone());
    const Preprocess settings = some_settings(random);
    CHECK(by_us(part, settings, Layout::Planar) == by_us(copy, settings, Layout::Planar));
    CHECK(by_us(part, settings, Layout::Planar) == by_opencv(copy, settings, Layout::Planar));
  }
}

TEST_CASE("no byte outside a tight picture is read") {
  // On the heap and exactly as long as its pixels, so that the sanitizer sees a byte too many.
  for (const int width : {1, 2, 3, 4, 7, 33}) {
    const std::vector<std::uint8_t> pixels(static_cast<std::size_t>(width) * 2 * 3, 200);
    const Image image = Image::copy_of(pixels, width, 2);
    const auto values = by_us(image, {.width = 16, .height = 16}, Layout::Planar);
    CHECK(std::all_of(values.begin(), values.end(), [](float value) { return value == 200.0f; }));
  }
}

TEST_CASE("Area is within one level of cv::INTER_AREA where it shrinks") {
  std::mt19937 random(5);
  for (int i = 0; i < 150; ++i) {
    const Image image = noise(90 + static_cast<int>(random() % 300), 90 + static_cast<int>(random() % 300), random);
    Preprocess settings = some_settings(random);
    settings.sampling = Sampling::Area;
    settings.mean = {0, 0, 0};
    settings.scale = {1, 1, 1};
    const auto ours = by_us(image, settings, Layout::Planar);
    const auto theirs = by_opencv(image, settings, Layout::Planar);
    float worst = 0;
    for (std::size_t k = 0; k < ours.size(); ++k) worst = std::max(worst, std::abs(ours[k] - theirs[k]));
    INFO(image.width() << " x " << image.height() << " to " << settings.width << " x " << settings.height << ", fit "
                       << static_cast<int>(settings.fit));
    REQUIRE(worst <= 1.0f);
  }
}

TEST_CASE("Area is Linear where the picture grows, and keeps a flat picture flat where one side shrinks and one grows") {
  std::mt19937 random(6);
  const Image image = noise(20, 30, random);
  const Preprocess grown{.width = 50, .height = 41, .sampling = Sampling::Area};
  const Preprocess linear{.width = 50, .height = 41};
  CHECK(by_us(image, grown, Layout::Planar) == by_us(image, linear, Layout::Planar));

  const Image flat = from_mat(cv::Mat(300, 10, CV_8UC3, cv::Scalar::all(77)));
  const auto values = by_us(flat, {.width = 40, .height = 40, .sampling = Sampling::Area}, Layout::Planar);
  CHECK(std::all_of(values.begin(), values.end(), [](float value) { return value == 77.0f; }));
}

TEST_CASE("two threads preprocess different pictures at once and get the right values") {
  const auto work = [](unsigned seed, bool& right) {
    std::mt19937 random(seed);
    right = true;
    for (int i = 0; i < 30; ++i) {
      const Image image = noise(1 + static_cast<int>(random() % 200), 1 + static_cast<int>(random() % 200), random);
      const Preprocess settings = some_settings(random);
      std::vector<float> values(3 * static_cast<std::size_t>(settings.width * settings.height));
      preprocess(image, settings, Layout::Planar, values.data());
      right = right && values == by_opencv(image, settings, Layout::Planar);
    }
  };
  bool first = false;
  bool second = false;
  std::thread other(work, 7U, std::ref(first));
  work(8, second);
  other.join();
  CHECK(first);
  CHECK(second);
}

TEST_CASE("a box that a net gives on its input comes back to the image") {
  const Image wide = from_mat(cv::Mat(100, 200, CV_8UC3, cv::Scalar::all(0)));
  CHECK(landing(wide, {.fit = Fit::Stretch}) == Box{0, 0, 1, 1});
  CHECK(landing(wide, {.fit = Fit::PadCorner}) == Box{0, 0, 1, 0.5f});
  const Box centred = landing(wide, {.fit = Fit::PadCentre});
  CHECK(centred == Box{0, 0.25f, 1, 0.75f});
  CHECK(on_image(Box{0.5f, 0.25f, 1.0f, 0.5f}, centred) == Box{0.5f, 0.0f, 1.0f, 0.5f});
  CHECK(on_image(Point{0.5f, 0.5f}, centred) == Point{0.5f, 0.5f});
}

TEST_CASE("what a net gives on a picture that was cut comes back to the whole one") {
  std::mt19937 random(5);
  const Image wide = noise(200, 100, random);
  const Preprocess settings{.width = 10, .height = 10, .fit = Fit::CutCentre};
  const Box whole_input = on_image(Box{0, 0, 1, 1}, landing(wide, settings));
  CHECK(whole_input.left == Approx(0.25f));
  CHECK(whole_input.right == Approx(0.75f));
  CHECK(whole_input.top == Approx(0.0f).margin(1e-6));
  CHECK(whole_input.bottom == Approx(1.0f));
  // A share of the middle: 80 of the 100 pixels that are left.
  const Preprocess central{.width = 10, .height = 10, .fit = Fit::CutCentre, .central = 0.8};
  const Box middle = on_image(Box{0, 0, 1, 1}, landing(wide, central));
  CHECK(middle.left == Approx(0.3f));
  CHECK(middle.right == Approx(0.7f));
  CHECK(middle.top == Approx(0.1f));
  CHECK(middle.bottom == Approx(0.9f));
  CHECK(by_us(wide, central, Layout::Planar) ==
        by_us(wide.crop({0.3f, 0.1f, 0.7f, 0.9f}), {.width = 10, .height = 10, .fit = Fit::Stretch}, Layout::Planar));
}

TEST_CASE("the padded picture takes the shape of an input that is not square") {
  const Image square = from_mat(cv::Mat(100, 100, CV_8UC3, cv::Scalar::all(255)));
  CHECK(landing(square, {.width = 320, .height = 160, .fit = Fit::PadCorner}) == Box{0, 0, 0.5f, 1});
  CHECK(landing(square, {.width = 160, .height = 320, .fit = Fit::PadCentre}) == Box{0, 0.25f, 1, 0.75f});
}

TEST_CASE("a very long picture is padded without building the padding") {
  const Image line = from_mat(cv::Mat(1, 200000, CV_8UC3, cv::Scalar::all(255)));
  const auto values =
      by_us(line, {.width = 8, .height = 8, .fit = Fit::PadCorner, .sampling = Sampling::Area}, Layout::Planar);
  CHECK(values.back() == 0.0f);
}

TEST_CASE("an empty picture and an input without a size are refused") {
  float out[3] = {};
  CHECK_THROWS_AS(preprocess(Image(), {}, Layout::Planar, out), Error);
  const Image dot = from_mat(cv::Mat(1, 1, CV_8UC3, cv::Scalar::all(0)));
  CHECK_THROWS_AS(preprocess(dot, {.width = 0}, Layout::Planar, out), Error);
  CHECK_THROWS_AS(landing(dot, {.height = -3}), Error);
}
