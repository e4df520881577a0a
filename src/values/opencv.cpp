#include "workflow/opencv.h"

#include <fmt/format.h>

#include <opencv2/imgproc.hpp>

#include "workflow/base/error.h"

namespace workflow {

cv::Mat as_mat(const Image& image) {
  if (image.empty()) return {};
  return {image.height(), image.width(), CV_8UC3, const_cast<std::uint8_t*>(image.row(0)), image.stride()};
}

Image from_mat(const cv::Mat& mat) {
  if (mat.empty() || mat.dims != 2) {
    throw Error(ErrorCode::InvalidValue, "from_mat",
                fmt::format("wanted a picture, got {}", mat.empty() ? "an empty Mat" : "a Mat of more than 2 dimensions"));
  }
  cv::Mat colour;
  switch (mat.type()) {
    case CV_8UC3:
      // A Mat over somebody else's memory cannot keep it alive.
      colour = mat.u ? mat : mat.clone();
      break;
    case CV_8UC1:
      cv::cvtColor(mat, colour, cv::COLOR_GRAY2BGR);
      break;
    case CV_8UC4:
      cv::cvtColor(mat, colour, cv::COLOR_BGRA2BGR);
      break;
    default:
      throw Error(
          ErrorCode::InvalidValue, "from_mat",
          fmt::format("wanted 8 bits and 1, 3 or 4 channels, got {}; convert it first", cv::typeToString(mat.type())));
  }
  const auto owner = std::make_shared<const cv::Mat>(std::move(colour));
  return {std::shared_ptr<const std::uint8_t>(owner, owner->data), owner->cols, owner->rows, owner->step[0]};
}

}  // namespace workflow
