#include "workflow/operators/grayscale.h"

#include "operator_checks.h"

using namespace workflow;

TEST_CASE("each pixel's channels become its luma") {
  const std::vector<std::uint8_t> bgr = {255, 0, 0, 0, 255, 0, 0, 0, 255, 90, 90, 90};
  const Image grey = Grayscale{}(Image::copy_of(bgr, 4, 1));
  const std::uint8_t* row = grey.row(0);
  const std::vector<int> lumas = {row[0], row[3], row[6], row[9]};
  CHECK(lumas == std::vector{29, 150, 76, 90});
  for (int i = 0; i < 12; i += 3) CHECK((row[i] == row[i + 1] && row[i] == row[i + 2]));
}

TEST_CASE("a grey picture stays what it is, and a crop's grey picture stands where the crop stood") {
  const Image grey = Grayscale{}(made::image(5, 3, 77));
  CHECK(grey.row(2)[14] == 77);
  CHECK(Grayscale{}(made::image(8, 8).crop({0.5f, 0, 1, 0.5f})).window() == Box{0.5f, 0, 1, 0.5f});
}

TEST_CASE("an empty image is the error of its own input, and no images give none") {
  Graph graph("g");
  const auto photo = graph.input<Image>("photo");
  const auto grey = photo.then(Grayscale{}).named("grey");
  const auto none =
      photo.then(made::Finds{}).then([](const Region&) { return made::image(1, 1); }).then(Grayscale{}).named("none");
  const auto results = made::run_all(graph, std::vector{Image(), made::image(2, 2)});
  CHECK(std::string(results[0].error().what()) == "[g/grey] input \"0\": wanted an image, got an empty one");
  CHECK(results[1][grey].size() == 1);
  CHECK(results[1][none].empty());
  CHECK(Operators::standard().find("grayscale") != nullptr);
}
