#include "workflow/values/image.h"

#include <functional>
#include <limits>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "catch.h"
#include "workflow/base/error.h"
#include "workflow/opencv.h"

using namespace workflow;

namespace {

// Each byte tells its place, modulo 251.
Image numbered(int width, int height) {
  std::vector<std::uint8_t> pixels(static_cast<std::size_t>(width * height * 3));
  for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<std::uint8_t>(i % 251);
  return Image::copy_of(pixels, width, height);
}

ErrorCode code_of(const std::function<void()>& work) {
  try {
    work();
  } catch (const Error& error) {
    return error.code();
  }
  FAIL("no error");
  return ErrorCode::Failed;
}

}  // namespace

TEST_CASE("an image is made of pixels that fit its size, and of nothing else") {
  const std::vector<std::uint8_t> pixels(12);
  CHECK(Image::copy_of(pixels, 2, 2).stride() == 6);
  for (const auto& [width, height] : {std::pair{2, 3}, {0, 0}, {-2, -2}, {2, 0}, {4, -1}, {1431655766, 1}}) {
    CHECK(code_of([&, w = width, h = height] { Image::copy_of(pixels, w, h); }) == ErrorCode::InvalidValue);
  }
  const auto shared = std::make_shared<const std::uint8_t>(std::uint8_t{7});
  CHECK(code_of([&] { Image(shared, 1, 1, 2); }) == ErrorCode::InvalidValue);
  CHECK(code_of([&] { Image(shared, 0, 1, 3); }) == ErrorCode::InvalidValue);
  CHECK(code_of([&] { Image(nullptr, 1, 1, 3); }) == ErrorCode::InvalidValue);
}

TEST_CASE("a crop is a view that keeps the pixels alive") {
  Image part;
  {
    const Image whole = numbered(10, 8);
    part = whole.crop({0.2f, 0.25f, 0.5f, 0.75f});
    CHECK(part.row(0) == whole.row(2) + 6);
    CHECK(part.stride() == whole.stride());
  }
  CHECK(part.width() == 3);
  CHECK(part.height() == 4);
  CHECK(part.row(1)[0] == (3 * 30 + 6) % 251);
}

TEST_CASE("a crop's edges round down, as a detector's boxes cut to whole numbers do") {
  const Image image = numbered(100, 50);
  const Image part = image.crop({0.105f, 0.05f, 0.209f, 0.99f});
  CHECK(part.row(0) == image.row(2) + 10 * 3);
  CHECK(part.width() == 10);
  CHECK(part.height() == 47);
}

TEST_CASE("an edge on a whole pixel stays there for every size, though floats cannot say it exactly") {
  for (const int size : {3, 7, 10, 333, 1000, 4093}) {
    const Image line = numbered(size, 1);
    for (int edge = 1; edge < size; edge += 1 + size / 100) {
      const float relative = static_cast<float>(edge) / static_cast<float>(size);
      REQUIRE(line.crop({0, 0, relative, 1}).width() == edge);
      REQUIRE(line.crop({relative, 0, 1, 1}).width() == size - edge);
    }
  }
}

TEST_CASE("a crop holds at least one pixel of the image, wherever the box lies") {
  const Image image = numbered(10, 10);
  const float far = std::numeric_limits<float>::infinity();
  for (const Box& box : {Box{0.5f, 0.5f, 0.5f, 0.5f}, Box{2, 2, 3, 3}, Box{-3, -3, -2, -2}, Box{0.9f, 0.9f, 0.1f, 0.1f},
                         Box{far, far, far, far}}) {
    const Image part = image.crop(box);
    CHECK(part.width() == 1);
    CHECK(part.height() == 1);
  }
  CHECK(image.crop({-far, -far, far, far}).width() == 10);
  const float not_a_number = std::numeric_limits<float>::quiet_NaN();
  CHECK(code_of([&] { image.crop({0, 0, not_a_number, 1}); }) == ErrorCode::InvalidValue);
  CHECK(code_of([] { Image().crop({}); }) == ErrorCode::InvalidValue);
}

TEST_CASE("a crop of a crop knows where it stands in the whole image") {
  const Image whole = numbered(100, 80);
  CHECK(whole.window() == Box{0, 0, 1, 1});
  const Image inner = whole.crop({0.5f, 0.5f, 1, 1}).crop({0, 0.5f, 0.5f, 1});
  CHECK(inner.window() == Box{0.5f, 0.75f, 0.75f, 1});
  CHECK(inner.row(0) == whole.row(60) + 150);
  CHECK(resized(inner, 300, 7).window() == inner.window());
}

TEST_CASE("a Mat and an image share their pixels") {
  const Image image = numbered(5, 4).crop({0.2f, 0, 1, 1});
  const cv::Mat mat = as_mat(image);
  CHECK(mat.data == image.row(0));
  CHECK(mat.step[0] == image.stride());
  CHECK(as_mat(Image()).empty());
  Image back;
  const std::uint8_t* pixels = nullptr;
  {
    const cv::Mat owner(3, 3, CV_8UC3, cv::Scalar(1, 2, 3));
    back = from_mat(owner(cv::Rect(1, 1, 2, 2)));
    pixels = owner.ptr(1) + 3;
  }
  CHECK(back.row(0) == pixels);
  CHECK(back.row(1)[5] == 3);
}

TEST_CASE("a Mat that only borrows its pixels is copied, grey and alpha are converted, other types are refused") {
  std::vector<std::uint8_t> bytes(12, 9);
  const Image copy = from_mat(cv::Mat(2, 2, CV_8UC3, bytes.data()));
  bytes.assign(12, 0);
  CHECK(copy.row(1)[5] == 9);
  CHECK(from_mat(cv::Mat(1, 1, CV_8UC1, cv::Scalar(5))).row(0)[2] == 5);
  CHECK(from_mat(cv::Mat(1, 1, CV_8UC4, cv::Scalar(1, 2, 3, 4))).row(0)[2] == 3);
  CHECK(code_of([] { from_mat(cv::Mat()); }) == ErrorCode::InvalidValue);
  CHECK(code_of([] { from_mat(cv::Mat(2, 2, CV_32FC3)); }) == ErrorCode::InvalidValue);
  const int sides[] = {2, 2, 2};
  CHECK(code_of([&] { from_mat(cv::Mat(3, sides, CV_8UC3)); }) == ErrorCode::InvalidValue);
}

TEST_CASE("resizing averages where it shrinks, interpolates where it grows, one way each where the sides differ") {
  cv::Mat stripes(4, 8, CV_8UC3, cv::Scalar::all(0));
  for (int x = 0; x < 8; x += 2) stripes.col(x).setTo(cv::Scalar::all(200));
  const Image shrunk = resized(from_mat(stripes), 4, 2);
  CHECK(shrunk.row(1)[7] == 100);
  const Image mixed = resized(from_mat(stripes), 2, 40);
  CHECK(mixed.width() == 2);
  CHECK(mixed.height() == 40);
  CHECK(mixed.row(20)[4] == 100);
  const Image image = numbered(5, 4);
  CHECK(resized(image, 5, 4).row(0) == image.row(0));
  CHECK(resized(image, 1, 1).width() == 1);
  for (const auto& [width, height] : {std::pair{0, 1}, {1, -1}, {32769, 1}}) {
    CHECK(code_of([&, w = width, h = height] { resized(image, w, h); }) == ErrorCode::InvalidValue);
  }
  CHECK(code_of([] { resized(Image(), 2, 2); }) == ErrorCode::InvalidValue);
}
