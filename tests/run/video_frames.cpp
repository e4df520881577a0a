#include "run/video_frames.h"

#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>

#include "catch.h"
#include "workflow/base/error.h"
#include "workflow/opencv.h"

using namespace workflow;
namespace fs = std::filesystem;

namespace {

// A clip of grey frames, each 2 levels lighter than the one before, gone at the end of the test.
struct Clip {
  Clip(int frames, double rate) {
    cv::VideoWriter writer(file, cv::CAP_FFMPEG, cv::VideoWriter::fourcc('M', 'J', 'P', 'G'), rate, {64, 48});
    for (int i = 0; i < frames; ++i) writer.write(cv::Mat(48, 64, CV_8UC3, cv::Scalar::all(2 * i)));
  }
  ~Clip() { fs::remove(file); }

  std::string file = (fs::temp_directory_path() / ("workflow-clip-" + std::to_string(::getpid()) + ".avi")).string();
};

struct Frames {
  std::vector<std::int64_t> indices;
  std::vector<double> seconds;
  std::vector<Image> images;
};

Frames all_frames(const std::string& file, double rate) {
  VideoFrames video(file, rate);
  Frames frames;
  Image image;
  std::int64_t index = -1;
  double seconds = -1;
  while (video.next(image, index, seconds)) {
    frames.indices.push_back(index);
    frames.seconds.push_back(seconds);
    frames.images.push_back(image);
  }
  return frames;
}

ErrorCode code_of(const std::string& file, double rate) {
  try {
    all_frames(file, rate);
  } catch (const Error& error) {
    CHECK(std::string(error.what()).find('\n') == std::string::npos);
    return error.code();
  }
  FAIL("no error for " << file);
  return ErrorCode::Failed;
}

}  // namespace

TEST_CASE("every frame comes once, in order, with its time") {
  const Clip clip(50, 25);
  const Frames frames = all_frames(clip.file, 0);
  REQUIRE(frames.indices.size() == 50);
  for (std::size_t i = 0; i < 50; ++i) {
    CHECK(frames.indices[i] == static_cast<std::int64_t>(i));
    CHECK(frames.seconds[i] == Approx(static_cast<double>(i) / 25).margin(0.002));
    CHECK(std::abs(frames.images[i].row(24)[96] - 2 * static_cast<int>(i)) <= 3);
  }
}

TEST_CASE("a rate takes the first frame of each of its slots, also where it does not divide the clip's own") {
  const Clip clip(50, 25);
  CHECK(all_frames(clip.file, 5).indices == std::vector<std::int64_t>{0, 5, 10, 15, 20, 25, 30, 35, 40, 45});
  CHECK(all_frames(clip.file, 10).indices.size() == 20);
  CHECK(all_frames(clip.file, 0.5).indices == std::vector<std::int64_t>{0});
  CHECK(all_frames(clip.file, 1000).indices.size() == 50);
}

TEST_CASE("a missing file, other bytes, a folder and a rate that is none are errors of their kind") {
  const std::string text =
      (fs::temp_directory_path() / ("workflow-no-clip-" + std::to_string(::getpid()) + ".mp4")).string();
  std::ofstream(text) << "this is not a video";
  CHECK(code_of("no-such.mp4", 0) == ErrorCode::NotFound);
  CHECK(code_of(text, 0) == ErrorCode::Unreadable);
  std::ofstream(text, std::ios::trunc).close();
  CHECK(code_of(text, 0) == ErrorCode::Unreadable);
  CHECK(code_of(fs::temp_directory_path().string(), 0) == ErrorCode::Unreadable);
  CHECK(code_of(text, -1) == ErrorCode::InvalidSetting);
  CHECK(code_of(text, std::numeric_limits<double>::quiet_NaN()) == ErrorCode::InvalidSetting);
  fs::remove(text);
}

TEST_CASE("a clip that was cut short ends with what could be read") {
  const Clip clip(50, 25);
  fs::resize_file(clip.file, fs::file_size(clip.file) / 2);
  const std::size_t count = all_frames(clip.file, 0).indices.size();
  CHECK(count > 5);
  CHECK(count < 50);
}

TEST_CASE("real clips give frames at the rate asked for") {
  const fs::path folder = fs::path(WORKFLOW_SOURCE_DIR) / "../shared/data/video";
  if (!fs::exists(folder)) {
    WARN("skipped: no " << folder);
    return;
  }
  for (const char* name : {"one-by-one-person-detection.mp4", "head-pose-face-detection-female-and-male.gif"}) {
    const Frames frames = all_frames((folder / name).string(), 2);
    INFO(name);
    REQUIRE(frames.seconds.size() > 3);
    for (std::size_t i = 1; i < frames.seconds.size(); ++i)
      CHECK(frames.seconds[i] - frames.seconds[i - 1] == Approx(0.5).margin(0.12));
    CHECK(frames.images[0].width() > 100);
  }
}
