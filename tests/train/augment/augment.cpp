#include "train/augment/augment.h"

#include <array>
#include <cmath>
#include <thread>

#include "catch.h"
#include "workflow/base/error.h"

using namespace workflow;

namespace {

// Grey with one bright rectangle, and the box that says where that is.
BoxedImage bright_box(int width, int height, const Box& box) {
  std::vector<std::uint8_t> pixels(static_cast<std::size_t>(width * height * 3), 60);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const float u = (static_cast<float>(x) + 0.5f) / static_cast<float>(width);
      const float v = (static_cast<float>(y) + 0.5f) / static_cast<float>(height);
      if (u < box.left || u > box.right || v < box.top || v > box.bottom) continue;
      for (int c = 0; c < 3; ++c) pixels[static_cast<std::size_t>((y * width + x) * 3 + c)] = 250;
    }
  return {Image::copy_of(pixels, width, height), {{box, 1, false}}};
}

bool is_bright(const Image& image, int x, int y) { return image.row(y)[3 * x + 1] > 160; }

// The box around all bright pixels; an empty one where there are none.
Box seen(const Image& image) {
  int left = image.width(), top = image.height(), right = 0, bottom = 0;
  for (int y = 0; y < image.height(); ++y)
    for (int x = 0; x < image.width(); ++x)
      if (is_bright(image, x, y)) {
        left = std::min(left, x), right = std::max(right, x + 1);
        top = std::min(top, y), bottom = std::max(bottom, y + 1);
      }
  if (right == 0) return {0, 0, 0, 0};
  const auto w = static_cast<float>(image.width()), h = static_cast<float>(image.height());
  return {static_cast<float>(left) / w, static_cast<float>(top) / h, static_cast<float>(right) / w,
          static_cast<float>(bottom) / h};
}

double distance(const Box& a, const Box& b) {
  return static_cast<double>(std::max(
      {std::abs(a.left - b.left), std::abs(a.top - b.top), std::abs(a.right - b.right), std::abs(a.bottom - b.bottom)}));
}

bool is_same(const BoxedImage& a, const BoxedImage& b) {
  if (a.boxes != b.boxes || a.image.width() != b.image.width() || a.image.height() != b.image.height()) return false;
  for (int y = 0; y < a.image.height(); ++y)
    if (!std::equal(a.image.row(y), a.image.row(y) + 3 * a.image.width(), b.image.row(y))) return false;
  return true;
}

// Every kind of variation at once.
AugmentSettings everything() {
  return {.width = 96,
          .height = 64,
          .flip = 0.5,
          .flip_vertical = 0.5,
          .crop = 0.5,
          .scale = 1.5,
          .rotate = 20,
          .colour = 0.4,
          .erase = 0.5,
          .rand_augment = 3,
          .strength = 0.5,
          .mosaic = 0.5};
}

const Box asymmetric = {0.1f, 0.2f, 0.35f, 0.6f};

}  // namespace

TEST_CASE("A picture that is not varied only comes to the net's size, its boxes as they were") {
  const BoxedImage picture = bright_box(200, 100, asymmetric);
  std::mt19937_64 random(1);
  const BoxedImage out = Augment({.width = 80, .height = 80})(picture, random);
  CHECK(out.image.width() == 80);
  CHECK(out.image.height() == 80);
  REQUIRE(out.boxes.size() == 1);
  CHECK(distance(out.boxes[0].box, asymmetric) < 1e-6);
  CHECK(distance(seen(out.image), asymmetric) < 0.02);
}

TEST_CASE("Boxes go where their pixels go, when mirrored, put on their head, cropped, scaled and moved") {
  const BoxedImage picture = bright_box(200, 150, asymmetric);
  const std::vector<AugmentSettings> kinds = {
      {.width = 100, .height = 100, .flip = 1},
      {.width = 100, .height = 100, .flip_vertical = 1},
      {.width = 100, .height = 100, .flip = 1, .flip_vertical = 1},
      {.width = 100, .height = 100, .crop = 0.3},
      {.width = 100, .height = 100, .scale = 2},
      {.width = 100, .height = 100, .flip = 0.5, .crop = 0.5, .scale = 1.6},
      {.width = 100, .height = 100, .fit = Fit::PadCorner},
      {.width = 100, .height = 100, .fit = Fit::PadCentre, .flip = 0.5, .scale = 1.5},
      {.width = 300, .height = 60, .fit = Fit::PadCentre},
      {.width = 100, .height = 100, .fit = Fit::CutCentre, .crop = 0.6},
  };
  for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
    const Augment augment(kinds[kind]);
    std::size_t kept = 0;
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
      std::mt19937_64 random(seed);
      const BoxedImage out = augment(picture, random);
      INFO("kind " << kind << ", seed " << seed);
      if (out.boxes.empty()) continue;
      ++kept;
      CHECK(distance(out.boxes[0].box, seen(out.image)) < 0.025);
      CHECK(out.boxes[0].label == 1);
    }
    CHECK(kept > 10);
  }
}

TEST_CASE("A turned picture takes its boxes along") {
  const Box square = {0.3f, 0.6f, 0.4f, 0.75f};  // 30 x 30 pixels of 300 x 200
  const BoxedImage picture = bright_box(300, 200, square);
  const Augment augment({.width = 150, .height = 150, .rotate = 45});
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    std::mt19937_64 random(seed);
    const BoxedImage out = augment(picture, random);
    if (out.boxes.empty() || out.boxes[0].is_difficult) continue;
    INFO("seed " << seed);
    const Box box = out.boxes[0].box, bright = seen(out.image);
    if (bright.left <= 0 || bright.top <= 0 || bright.right >= 1 || bright.bottom >= 1) continue;
    CHECK(std::abs(box.centre().x - bright.centre().x) < 0.02f);
    CHECK(std::abs(box.centre().y - bright.centre().y) < 0.02f);
    CHECK(box.width() < bright.width() + 0.02f);         // the ellipse's box lies within that of the corners
    CHECK(box.width() > bright.width() / 1.5f - 0.02f);  // by less than sqrt(2)
  }
}

TEST_CASE("RandAugment and mosaic take boxes along with their pixels") {
  const BoxedImage picture = bright_box(120, 120, {0.3f, 0.3f, 0.6f, 0.6f});
  const Augment augment({.width = 120, .height = 120, .rand_augment = 1, .strength = 0.2});
  std::size_t seen_again = 0;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    std::mt19937_64 random(seed);
    const BoxedImage out = augment(picture, random);
    REQUIRE(out.boxes.size() == 1);
    const Box bright = seen(out.image);
    INFO("seed " << seed);
    // Solarised or equalised grey may be bright, too, and what was bright dark.
    if (bright.width() > 0.9f || bright.width() == 0) continue;
    ++seen_again;
    CHECK(std::abs(out.boxes[0].box.centre().x - bright.centre().x) < 0.03f);
    CHECK(std::abs(out.boxes[0].box.centre().y - bright.centre().y) < 0.03f);
  }

  CHECK(seen_again > 40);

  const std::array<BoxedImage, 4> four = {picture, picture, picture, picture};
  std::size_t boxes = 0;
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    std::mt19937_64 random(seed);
    const BoxedImage out = Augment({.width = 128, .height = 96}).mosaic(four, random);
    CHECK(out.image.width() == 128);
    CHECK(out.image.height() == 96);
    boxes += out.boxes.size();
    for (const TargetBox& each : out.boxes) {
      INFO("seed " << seed);
      const Point centre = each.box.centre();
      CHECK(is_bright(out.image, static_cast<int>(centre.x * 128), static_cast<int>(centre.y * 96)));
    }
    std::size_t bright = 0, covered = 0;
    for (int y = 0; y < 96; ++y)
      for (int x = 0; x < 128; ++x) {
        if (!is_bright(out.image, x, y)) continue;
        ++bright;
        const Point at = {(static_cast<float>(x) + 0.5f) / 128, (static_cast<float>(y) + 0.5f) / 96};
        covered += std::any_of(out.boxes.begin(), out.boxes.end(), [&](const TargetBox& each) {
          return at.x > each.box.left - 0.01f && at.x < each.box.right + 0.01f && at.y > each.box.top - 0.01f &&
                 at.y < each.box.bottom + 0.01f;
        });
      }
    CHECK(covered * 20 >= bright * 18);  // what is in no box is a sliver of one that went
  }
  CHECK(boxes > 60);
}

TEST_CASE("Of a box that is cut the last part is difficult, and nothing lies off the picture") {
  const BoxedImage picture = bright_box(100, 100, {0.0f, 0.0f, 0.3f, 0.3f});
  const Augment augment({.width = 64, .height = 64, .crop = 0.2});
  std::size_t gone = 0, difficult = 0, whole = 0;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    std::mt19937_64 random(seed);
    const BoxedImage out = augment(picture, random);
    if (out.boxes.empty()) ++gone;
    for (const TargetBox& each : out.boxes) {
      CHECK(each.box == each.box.clipped());
      CHECK(each.box.area() > 0);
      ++(each.is_difficult ? difficult : whole);
    }
  }
  CHECK(gone > 20);
  CHECK(difficult > 5);
  CHECK(whole > 50);
}

TEST_CASE("Erasing hides what lies under it: it becomes difficult") {
  const BoxedImage picture = bright_box(100, 100, {0.45f, 0.45f, 0.55f, 0.55f});
  std::size_t hidden = 0;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    std::mt19937_64 random(seed);
    hidden += Augment({.width = 50, .height = 50, .erase = 1})(picture, random).boxes.at(0).is_difficult;
  }
  CHECK(hidden > 3);
  CHECK(hidden < 60);
}

TEST_CASE("Colour changes the pixels and leaves the boxes") {
  const BoxedImage picture = bright_box(40, 40, asymmetric);
  std::mt19937_64 random(3), same(3);
  const BoxedImage out = Augment({.width = 40, .height = 40, .colour = 0.5})(picture, random);
  REQUIRE(out.boxes.size() == 1);
  CHECK(distance(out.boxes[0].box, asymmetric) < 1e-6);
  CHECK_FALSE(is_same(out, Augment({.width = 40, .height = 40})(picture, same)));
}

TEST_CASE("Equal seeds give equal pixels on any thread, other seeds others") {
  const std::array<BoxedImage, 4> four = {bright_box(160, 120, asymmetric), bright_box(90, 120, {0.5f, 0.5f, 0.9f, 0.8f}),
                                          bright_box(33, 57, {0, 0, 1, 1}), bright_box(1, 1, {0, 0, 1, 1})};
  const Augment augment(everything());
  const auto made = [&](std::uint64_t seed) {
    std::mt19937_64 random(seed);
    return augment.wants_mosaic(random) ? augment.mosaic(four, random) : augment(four[seed % 4], random);
  };
  constexpr std::size_t count = 48;
  std::vector<BoxedImage> first(count), second(count);
  for (std::size_t i = 0; i < count; ++i) first[i] = made(i);
  {
    std::vector<std::jthread> threads;
    for (std::size_t t = 0; t < 4; ++t)
      threads.emplace_back([&, t] {
        for (std::size_t i = t; i < count; i += 4) second[i] = made(i);
      });
  }
  std::size_t different = 0;
  for (std::size_t i = 0; i < count; ++i) {
    CHECK(is_same(first[i], second[i]));
    different += i > 0 && !is_same(first[i], first[i - 1]);
  }
  CHECK(different == count - 1);
}

TEST_CASE("A setting out of its range and an empty picture are errors") {
  CHECK_THROWS_AS(Augment({.flip = 1.5}), Error);
  CHECK_THROWS_AS(Augment({.flip = std::nan("")}), Error);
  CHECK_THROWS_AS(Augment({.width = 0}), Error);
  CHECK_THROWS_AS(Augment({.crop = 0}), Error);
  CHECK_THROWS_AS(Augment({.scale = 0.5}), Error);
  CHECK_THROWS_WITH(Augment({.rotate = 400}), Catch::Contains("rotate: wanted 0..180, got 400"));
  std::mt19937_64 random;
  CHECK_THROWS_AS(Augment({.flip = 0.5})({}, random), Error);
  const std::array<BoxedImage, 4> none;
  CHECK_THROWS_AS(Augment({.mosaic = 1}).mosaic(none, random), Error);
}
