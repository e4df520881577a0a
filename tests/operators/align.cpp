#include "workflow/operators/align.h"

#include <algorithm>
#include <cmath>

#include "operator_checks.h"

using namespace workflow;

namespace {

// A black picture with a white disc at each of two points, given in pixels. Edge pixels are as bright as the disc covers
// them: with hard edges the light of a disc of five pixels lies up to 0.2 pixels beside its centre.
struct Face {
  Image image;
  Region region;
};

Face face(int side, double x1, double y1, double x2, double y2, double radius) {
  std::vector<std::uint8_t> pixels;
  for (int y = 0; y < side; ++y)
    for (int x = 0; x < side; ++x) {
      const double off = std::min(std::hypot(x + 0.5 - x1, y + 0.5 - y1), std::hypot(x + 0.5 - x2, y + 0.5 - y2));
      pixels.insert(pixels.end(), 3, static_cast<std::uint8_t>(255 * std::clamp(radius - off + 0.5, 0.0, 1.0) + 0.5));
    }
  Face made{Image::copy_of(pixels, side, side), made::region({0, 0, 1, 1})};
  const auto share = [&](double pixel) { return static_cast<float>(pixel / side); };
  made.region.points = {{share(x1), share(y1)}, {share(x2), share(y2)}};
  return made;
}

// Where the light of one half of a picture lies, in pixels from its left upper corner.
Point centre_of_light(const Image& image, int left, int right) {
  double sum = 0;
  double x_sum = 0;
  double y_sum = 0;
  for (int y = 0; y < image.height(); ++y)
    for (int x = left; x < right; ++x) {
      const double light = image.row(y)[3 * x];
      sum += light;
      x_sum += light * (x + 0.5);
      y_sum += light * (y + 0.5);
    }
  REQUIRE(sum > 0);
  return {static_cast<float>(x_sum / sum), static_cast<float>(y_sum / sum)};
}

}  // namespace

TEST_CASE("the eyes lie level and where they were asked for, whatever the face's angle, size and place") {
  const Align align{.width = 120, .height = 100, .eye_distance = 0.4f, .eye_line = 0.3f};
  for (const double size : {30.0, 90.0, 300.0})
    for (const double degrees : {0.0, 25.0, -70.0, 180.0}) {
      INFO(size << " pixels between the eyes, " << degrees << " degrees");
      const double dx = std::cos(degrees * 3.14159265 / 180) * size / 2;
      const double dy = std::sin(degrees * 3.14159265 / 180) * size / 2;
      const Face it = face(700, 330 - dx, 350 - dy, 330 + dx, 350 + dy, size / 6);
      const auto aligned = align(it.region, it.image);
      REQUIRE(aligned);
      CHECK(aligned->width() == 120);
      CHECK(aligned->height() == 100);
      const Point left = centre_of_light(*aligned, 0, 60);
      const Point right = centre_of_light(*aligned, 60, 120);
      CHECK(left.x == Approx(36).margin(0.3));
      CHECK(right.x == Approx(84).margin(0.3));
      CHECK(left.y == Approx(30).margin(0.3));
      CHECK(right.y == Approx(30).margin(0.3));
    }
}

TEST_CASE("of five points the first two are the eyes, of 68 the means of both rings; other numbers are an error") {
  const Face two = face(200, 80, 90, 120, 100, 5);
  Region five = two.region;
  five.points.resize(5);
  const auto wanted = Align{}(two.region, two.image);
  const auto of_five = Align{}(five, two.image);
  Landmarks many;
  many.points.resize(68);
  for (std::size_t i = 36; i < 48; ++i) {
    const Point eye = two.region.points[i < 42 ? 0 : 1];
    const float off = i % 2 == 0 ? 0.01f : -0.01f;
    many.points[i] = {eye.x + off, eye.y - off};
  }
  const auto of_many = Align{}(many, two.image);
  REQUIRE(wanted);
  REQUIRE(of_five);
  REQUIRE(of_many);
  for (int y = 0; y < 112; ++y)
    for (int x = 0; x < 112; ++x) {
      REQUIRE(wanted->row(y)[3 * x] == of_five->row(y)[3 * x]);
      REQUIRE(std::abs(wanted->row(y)[3 * x] - of_many->row(y)[3 * x]) < 4);
    }
  five.points.resize(4);
  CHECK_THAT(made::message_of([&] { Align{}(five, two.image); }),
             Catch::Contains("wanted 2, 5 or 68 points of a face, got 4"));
  five.points.clear();
  CHECK_THAT(made::message_of([&] { Align{}(five, two.image); }), Catch::Contains("got 0; use a detector that gives some"));
}

TEST_CASE("a face at the edge repeats the edge, one outside and one without two eyes give none") {
  Face edge = face(100, 1, 5, 21, 5, 3);
  CHECK(Align{}(edge.region, edge.image));
  edge.region.points = {{5, 5}, {5.2f, 5}};
  CHECK_FALSE(Align{}(edge.region, edge.image));
  edge.region.points = {{0.5f, 0.5f}, {0.5f, 0.5f}};
  CHECK_FALSE(Align{}(edge.region, edge.image));
  edge.region.points = {{1e30f, 0.5f}, {-1e30f, 0.5f}};
  CHECK_NOTHROW(Align{}(edge.region, edge.image));
  edge.region.points = {{0.5f, 0.5f}, {0.50002f, 0.5f}};
  CHECK_NOTHROW(Align{}(edge.region, edge.image));
}

TEST_CASE("regions without points and points of NaN are errors of their own items, no regions give no faces") {
  Graph graph("g");
  const auto photo = graph.input<Image>("photo");
  const auto aligned = photo
                           .then([](const Image& image) {
                             std::vector<Region> found;
                             for (int i = 1; i < image.width() / 10; ++i) found.push_back(made::region({0, 0, 1, 1}));
                             if (found.size() == 2) found[1].points = {{0.3f, 0.5f}, {0.7f, 0.5f}};
                             if (found.size() == 3) found[0].points = {{made::nan, 0.5f}, {0.7f, 0.5f}};
                             return found;
                           })
                           .then(Align{})
                           .named("aligned");
  const auto results = made::run_all(graph, std::vector{made::image(10, 10), made::image(30, 30), made::image(40, 40)});
  CHECK(results[0].ok());
  CHECK(results[0][aligned].empty());
  CHECK(results[1][aligned].size() == 1);
  CHECK(results[1].errors().size() == 1);
  CHECK(std::string(results[2].errors()[0].what()) ==
        "[g/aligned] input \"2\": wanted points made of numbers, got NaN or infinity");
}

TEST_CASE("Align's settings are checked and come back from JSON") {
  checks::json_round_trip(Align{.width = 150, .height = 140, .eye_distance = 0.5f, .eye_line = 0.3f});
  checks::refused(Align{.width = 7});
  checks::refused(Align{.height = 4097});
  checks::refused(Align{.eye_distance = 0});
  checks::refused(Align{.eye_line = 1.5f});
}
