#include "show/canvas.h"

#include <cmath>
#include <limits>
#include <opencv2/core.hpp>

#include "catch.h"
#include "show/plain_text.h"
#include "workflow/base/error.h"
#include "workflow/opencv.h"

using namespace workflow;

namespace {

Image grey(int width, int height) { return from_mat(cv::Mat(height, width, CV_8UC3, cv::Scalar::all(128))); }

int changed_pixels(const Image& a, const Image& b) {
  REQUIRE(a.width() == b.width());
  REQUIRE(a.height() == b.height());
  cv::Mat difference;
  cv::absdiff(as_mat(a), as_mat(b), difference);
  return cv::countNonZero(difference.reshape(1));
}

constexpr float not_a_number = std::numeric_limits<float>::quiet_NaN();

}  // namespace

TEST_CASE("a small picture is enlarged by a whole factor, a larger one keeps its size") {
  CHECK(draw_labels(grey(80, 60), {}, {}).width() == 480);
  CHECK(draw_labels(grey(80, 60), {}, {}).height() == 360);
  CHECK(draw_labels(grey(479, 3), {}, {}).width() == 958);
  CHECK(draw_labels(grey(480, 100), {}, {}).width() == 480);
  CHECK(draw_labels(grey(1, 1), {{{}, "dot", {}, 0}}, {"all"}).width() == 480);
}

TEST_CASE("the picture drawn on is a copy, and without labels nothing is drawn") {
  const Image picture = grey(600, 400);
  const Image drawn = draw_labels(picture, {{{0.2f, 0.2f, 0.6f, 0.6f}, "cat", {}, 0}}, {"home"});
  CHECK(changed_pixels(picture, drawn) > 1000);
  CHECK(changed_pixels(picture, grey(600, 400)) == 0);
  CHECK(changed_pixels(picture, draw_labels(picture, {}, {})) == 0);
}

TEST_CASE("boxes and points that are outside, upside down or NaN are left out and harm nothing") {
  const Image picture = grey(600, 400);
  const float far = std::numeric_limits<float>::infinity();
  const std::vector<Label> nothing{{{not_a_number, 0, 1, 1}, "a", {}, 0},
                                   {{1.5f, 0, 2, 1}, "b", {}, 1},
                                   {{-2, -2, -1, -1}, "c", {}, 2},
                                   {{not_a_number, not_a_number, not_a_number, not_a_number}, "", {{not_a_number, 0}, {2, 2}, {far, -far}}, -7}};
  CHECK(changed_pixels(picture, draw_labels(picture, nothing, {})) == 0);
  const std::vector<Label> odd{{{0.5f, 0.5f, 0.5f, 0.5f}, "empty", {}, 0},
                               {{0.8f, 0.8f, 0.2f, 0.2f}, "upside down", {}, 1},
                               {{-far, -far, far, far}, "endless", {}, std::numeric_limits<int>::min()},
                               {{0.99f, 0.99f, 5, 5}, "over the edge", {{1, 1}, {0, 0}}, 3}};
  CHECK(changed_pixels(picture, draw_labels(picture, odd, {})) > 0);
}

TEST_CASE("a plate that another one would hide is moved") {
  // Two plates of the same text in one place would cover no more pixels than one.
  const Image picture = grey(1000, 800);
  const Box box{0.4f, 0.4f, 0.6f, 0.6f};
  const int one = changed_pixels(picture, draw_labels(picture, {{box, "person 0.9", {}, 0}}, {}));
  const int no_text = changed_pixels(picture, draw_labels(picture, {{box, "", {}, 0}}, {}));
  const int two =
      changed_pixels(picture, draw_labels(picture, {{box, "person 0.9", {}, 0}, {box, "person 0.9", {}, 0}}, {}));
  CHECK(two - one > (one - no_text) * 8 / 10);
}

TEST_CASE("texts of any length, on pictures of any shape, and hundreds of them are drawn in bounded time") {
  const std::string endless(100000, 'w');
  for (const auto& [width, height] : {std::pair{3000, 2}, std::pair{2, 3000}, std::pair{500, 500}}) {
    const Image drawn = draw_labels(grey(width, height),
                                    {{{0, 0, 1, 1}, endless, {}, 0}, {{}, "a\n\nb\nc\n" + endless, {}, 1}}, {endless, ""});
    CHECK(drawn.width() == width);
  }
  std::vector<Label> crowd(300, Label{{0.45f, 0.45f, 0.55f, 0.55f}, "one of many", {}, 4});
  CHECK(draw_labels(grey(640, 480), crowd, {}).width() == 640);
}

TEST_CASE("an empty picture is refused") { CHECK_THROWS_AS(draw_labels(Image(), {}, {}), Error); }

TEST_CASE("letters with accents keep their base letter, others become a question mark each") {
  CHECK(plain_text("Größe, café, Łódź, Œuvre") == "Groesse, cafe, Lodz, OEuvre");
  CHECK(plain_text("ÿŽſ×÷") == "yZsx/");
  CHECK(plain_text("e\xCC\x81t\xC3\xA9") == "ete");
  CHECK(plain_text("猫 42 %") == "? 42 %");
  CHECK(plain_text("“a” – b…") == "\"a\" - b...");
  CHECK(plain_text("a\tb\x7f") == "a b ");
  CHECK(plain_text("\xFF\xC3") == "??");
}

TEST_CASE("lines are shortened to what fits, and too many of them end in dots") {
  CHECK(plain_lines("a\nbc", 10, 8) == std::vector<std::string>{"a", "bc"});
  CHECK(plain_lines("abcdefghij", 6, 8) == std::vector<std::string>{"abc..."});
  CHECK(plain_lines("a\nb\nc", 10, 2) == std::vector<std::string>{"a", "b ..."});
  CHECK(plain_lines("", 10, 2).empty());
}
