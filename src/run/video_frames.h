#pragma once

#include <cstdint>
#include <opencv2/videoio.hpp>
#include <string>

#include "workflow/values/image.h"

namespace workflow {

/// The frames of a video file (whatever FFmpeg reads: MP4, AVI, MKV, WebM, animated GIF), one after the other and upright.
/// @code
///   VideoFrames frames("walk.mp4", 2);
///   while (frames.next(image, index, seconds)) ...
/// @endcode
/// Frames are picked by their time stamps: of each 1/rate seconds the first frame, so the rate holds for clips with uneven
/// frames too, and a rate above the clip's own gives every frame once. One thread at a time.
class VideoFrames {
 public:
  /// `frames_per_second` 0 gives every frame. Throws Error: InvalidSetting for a rate below 0 or NaN, NotFound for a missing
  /// file, Unreadable for one that is no video.
  VideoFrames(const std::string& file, double frames_per_second);

  /// The next frame with its place in the whole clip, counted from 0, and its time from the first frame on; false at the
  /// end. A truncated clip ends with what could be read; Error (Unreadable) where that is nothing at all.
  bool next(Image& image, std::int64_t& index, double& seconds);

 private:
  double time_of_grabbed();

  std::string file_;
  double rate_;
  cv::VideoCapture capture_;
  std::int64_t grabbed_ = 0;
  double start_ = 0;
  double last_time_ = 0;
  double slot_ = 0;  ///< the next 1/rate seconds that wants a frame, counted from 0
};

}  // namespace workflow
