#include "run/video_frames.h"

#include <fmt/format.h>

#include <cmath>
#include <filesystem>

#include "workflow/base/error.h"
#include "workflow/opencv.h"

namespace workflow {
namespace {

Error unreadable(const std::string& file, std::string_view why) {
  return {ErrorCode::Unreadable, "video", fmt::format("\"{}\": {}", file, why)};
}

}  // namespace

VideoFrames::VideoFrames(const std::string& file, double frames_per_second) : file_(file), rate_(frames_per_second) {
  if (!(rate_ >= 0) || std::isinf(rate_)) {
    throw Error(ErrorCode::InvalidSetting, "video",
                fmt::format("\"{}\": wanted 0 (every frame) or more frames per second, got {}", file, rate_));
  }
  std::error_code problem;
  if (!std::filesystem::exists(file, problem)) {
    throw Error(ErrorCode::NotFound, "video", fmt::format("\"{}\": no such file", file));
  }
  if (!std::filesystem::is_regular_file(file, problem)) throw unreadable(file, "wanted a file, got a folder or device");
  constexpr double most_pixels = 1U << 28U;
  try {
    if (!capture_.open(file, cv::CAP_FFMPEG))
      throw unreadable(file, "wanted a video, got other bytes or an incomplete header");
    const double pixels = capture_.get(cv::CAP_PROP_FRAME_WIDTH) * capture_.get(cv::CAP_PROP_FRAME_HEIGHT);
    if (pixels > most_pixels) throw unreadable(file, fmt::format("wanted frames of at most 2^28 pixels, got {}", pixels));
  } catch (const cv::Exception& e) {
    throw unreadable(file, e.err);
  }
}

// Some clips have no time stamps, or ones that run backwards after a cut: those frames follow at the clip's nominal rate.
double VideoFrames::time_of_grabbed() {
  const double stamp = capture_.get(cv::CAP_PROP_POS_MSEC) / 1000;
  if (grabbed_ == 0) {
    start_ = std::isfinite(stamp) ? stamp : 0;
    return 0;
  }
  const double time = stamp - start_;
  if (time > last_time_) return time;
  const double nominal = capture_.get(cv::CAP_PROP_FPS);
  return last_time_ + (nominal > 0 ? 1 / nominal : 0);
}

bool VideoFrames::next(Image& image, std::int64_t& index, double& seconds) {
  // Time stamps are rounded to the container's ticks, at times a whole millisecond.
  constexpr double slack = 1e-3;
  try {
    while (capture_.grab()) {
      const double time = time_of_grabbed();
      last_time_ = time;
      const std::int64_t position = grabbed_++;
      const double slot = std::floor((time + slack) * rate_);
      if (rate_ > 0 && slot < slot_) continue;
      cv::Mat pixels;
      if (!capture_.retrieve(pixels)) continue;
      slot_ = slot + 1;
      image = from_mat(pixels);
      index = position;
      seconds = time;
      return true;
    }
  } catch (const cv::Exception& e) {
    throw unreadable(file_, e.err);
  }
  if (grabbed_ == 0) throw unreadable(file_, "not one frame of it decodes");
  return false;
}

}  // namespace workflow
