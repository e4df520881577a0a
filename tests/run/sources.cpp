#include <filesystem>
#include <fstream>
#include <opencv2/imgcodecs.hpp>

#include "catch.h"
#include "made.h"
#include "temporary_folder.h"
#include "workflow/run/executor.h"
#include "workflow/values/values.h"

using namespace workflow;
namespace fs = std::filesystem;

namespace {

// What a run of a source says of each input: its id with the picture's size, or the error.
std::vector<std::string> seen(Source source) {
  Graph graph("g");
  const auto photo = graph.input<Image>("photo");
  photo.then([](const Image& image) { return image.width(); });
  std::vector<std::string> lines;
  for (const Result& result : Executor({.threads = 2}).run(graph, std::move(source))) {
    if (!result.ok()) {
      const std::string what = result.error().what();
      CHECK(what.substr(0, what.find('\n')).size() <= 200);
      CHECK(result.errors().size() == 1);
      lines.push_back(result.id() + " error");
    } else {
      const Image& image = *result[photo].front();
      lines.push_back(result.id() + " " + std::to_string(image.width()) + "x" + std::to_string(image.height()));
    }
  }
  return lines;
}

void write(const fs::path& file, const std::string& text) { std::ofstream(file, std::ios::binary) << text; }

std::string read(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

TEST_CASE("A folder of odd files gives a picture or a clear error for each, in their order") {
  const TemporaryFolder folder;
  const fs::path at = folder.path();
  cv::imwrite((at / "01-good.jpg").string(), cv::Mat(40, 60, CV_8UC3, cv::Scalar(10, 20, 30)));
  write(at / "02-empty.jpg", "");
  write(at / "03-truncated.jpg", read(at / "01-good.jpg").substr(0, 300));
  cv::imwrite((at / "04-one.png").string(), cv::Mat(1, 1, CV_8UC3, cv::Scalar::all(7)));
  cv::imwrite((at / "05-sixteen.png").string(), cv::Mat(8, 9, CV_16UC3, cv::Scalar::all(40000)));
  cv::imwrite((at / "06-grey.png").string(), cv::Mat(8, 9, CV_8UC1, cv::Scalar::all(7)));
  cv::imwrite((at / "07-alpha.png").string(), cv::Mat(8, 9, CV_8UC4, cv::Scalar::all(7)));
  write(at / "08-text.jpg", "this is no picture");
  cv::imwrite((at / "09-wide.png").string(), cv::Mat(2, 30000, CV_8UC3, cv::Scalar::all(7)));
  write(at / "notes.txt", "left out");
  CHECK(seen(images(at.string())) == std::vector<std::string>{"01-good.jpg 60x40", "02-empty.jpg error", "03-truncated.jpg error",
                                                              "04-one.png 1x1", "05-sixteen.png 9x8", "06-grey.png 9x8",
                                                              "07-alpha.png 9x8", "08-text.jpg error", "09-wide.png 30000x2"});
  CHECK(seen(images((at / "0[46]*.png").string())) == std::vector<std::string>{"04-one.png 1x1", "06-grey.png 9x8"});
  CHECK(seen(images((at / "04-one.png").string())) == std::vector<std::string>{"04-one.png 1x1"});
}

TEST_CASE("A folder without pictures, and one that is not there, are errors before anything runs") {
  const TemporaryFolder folder;
  write(folder.path() / "notes.txt", "words");
  CHECK_THROWS_AS(images(folder.path().string()), Error);
  CHECK_THROWS_AS(images((folder.path() / "nowhere").string()), Error);
  CHECK_THROWS_AS(images((folder.path() / "*.jpg").string()), Error);
}

TEST_CASE("Lines of a file are texts, numbered from one") {
  const TemporaryFolder folder;
  write(folder.path() / "lines.txt", "first\r\n\nthird");
  Graph graph("g");
  const auto text = graph.input<Text>("text");
  text.then([](const Text& it) { return it; });
  std::vector<std::string> lines;
  for (const Result& result : Executor().run(graph, texts((folder.path() / "lines.txt").string())))
    lines.push_back(result.id() + ":" + result[text].front()->text);
  CHECK(lines == std::vector<std::string>{"1:first", "2:", "3:third"});
  CHECK_THROWS_WITH(texts("/nowhere/at/all"), Catch::Contains("found none at"));
}

TEST_CASE("A video gives its frames at the rate asked for, with their number and time") {
  const std::string clip = WORKFLOW_SOURCE_DIR "/../shared/data/video/one-by-one-person-detection.mp4";
  if (!fs::exists(clip)) {
    WARN("skipped: ../shared/data is not here");
    return;
  }
  Graph graph("g");
  graph.input<Image>("frame").then([](const Image& image) { return image.width(); });
  double last = -1;
  int frames = 0;
  for (const Result& result : Executor().run(graph, video(clip, {.frames_per_second = 0.5}))) {
    REQUIRE(result.moment());
    CHECK(result.id() == "one-by-one-person-detection.mp4#" + std::to_string(result.moment()->frame));
    CHECK(result.moment()->seconds >= last + (frames == 0 ? 0 : 1.8));
    last = result.moment()->seconds;
    if (++frames == 4) break;
  }
  CHECK(frames == 4);
  CHECK_THROWS_AS(video(clip, {.frames_per_second = -1}), Error);
}
