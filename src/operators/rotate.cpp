#include "workflow/operators/rotate.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>

#include <opencv2/imgproc.hpp>

#include "operators/pixels.h"

namespace workflow {
namespace {

std::optional<int> quarter_turns(float degrees) {
  const float turns = degrees / 90;
  if (turns != std::round(turns)) return std::nullopt;
  return (static_cast<int>(turns) % 4 + 4) % 4;
}

cv::Mat turned_by_quarters(const cv::Mat& pixels, int turns) {
  constexpr cv::RotateFlags flags[] = {cv::ROTATE_90_CLOCKWISE, cv::ROTATE_180, cv::ROTATE_90_COUNTERCLOCKWISE};
  cv::Mat turned;
  cv::rotate(pixels, turned, flags[turns - 1]);
  return turned;
}

cv::Mat turned_by(const cv::Mat& pixels, float degrees) {
  constexpr int longest_side = 32768;
  constexpr std::int64_t most_pixels = std::int64_t{1} << 28;  // as many as read_image takes
  // OpenCV turns counter-clockwise.
  cv::Mat turn =
      cv::getRotationMatrix2D(cv::Point2f(static_cast<float>(pixels.cols - 1) / 2, static_cast<float>(pixels.rows - 1) / 2),
                              -static_cast<double>(degrees), 1);
  const double cosine = std::abs(turn.at<double>(0, 0));
  const double sine = std::abs(turn.at<double>(0, 1));
  const cv::Size size(static_cast<int>(std::ceil(pixels.cols * cosine + pixels.rows * sine - 1e-6)),
                      static_cast<int>(std::ceil(pixels.cols * sine + pixels.rows * cosine - 1e-6)));
  if (std::max(size.width, size.height) > longest_side || std::int64_t{size.width} * size.height > most_pixels)
    throw Error(ErrorCode::InvalidValue, Rotate::kind,
                fmt::format("wanted a turned image of at most {} pixels a side and 2^28 in all, got {} x {}", longest_side,
                            size.width, size.height));
  turn.at<double>(0, 2) += (size.width - pixels.cols) / 2.0;
  turn.at<double>(1, 2) += (size.height - pixels.rows) / 2.0;
  cv::Mat turned;
  cv::warpAffine(pixels, turned, turn, size, cv::INTER_LINEAR, cv::BORDER_CONSTANT);
  return turned;
}

}  // namespace

Image Rotate::operator()(const Image& image) const {
  const std::optional<int> turns = quarter_turns(degrees);
  if (turns == 0 && !image.empty()) return image;
  return redrawn(image, kind, [&](const cv::Mat& pixels) {
    return turns ? turned_by_quarters(pixels, *turns) : turned_by(pixels, degrees);
  });
}

}  // namespace workflow
