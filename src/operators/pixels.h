#pragma once

#include <opencv2/core.hpp>
#include <string_view>
#include <utility>

#include "workflow/base/error.h"
#include "workflow/opencv.h"

namespace workflow {

/// A new picture made of an image's pixels by `work(const cv::Mat&) -> cv::Mat`; it stands where the image stood. Throws
/// Error at `place`: InvalidValue for an empty image, Failed with OpenCV's reason.
template <class Work>
Image redrawn(const Image& image, std::string_view place, Work&& work) {
  if (image.empty()) throw Error(ErrorCode::InvalidValue, place, "wanted an image, got an empty one");
  try {
    return from_mat(std::forward<Work>(work)(as_mat(image))).standing_at(image.window());
  } catch (const cv::Exception& e) {
    throw Error(ErrorCode::Failed, place, e.err);
  }
}

}  // namespace workflow
