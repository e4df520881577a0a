#pragma once

#include <cstdint>

namespace workflow {

/// When a frame stands in its video.
struct Moment {
  std::int64_t frame = 0;  ///< counted from 0 in the file
  double seconds = 0;      ///< from the video's beginning
  friend bool operator==(const Moment&, const Moment&) = default;
};

}  // namespace workflow
