#include <fmt/format.h>

#include <opencv2/imgproc.hpp>

#include "workflow/base/error.h"
#include "workflow/opencv.h"

namespace workflow {

Image resized(const Image& image, int width, int height) {
  constexpr int longest_side = 32768;
  if (image.empty()) throw Error(ErrorCode::InvalidValue, "resized", "wanted an image, got an empty one");
  if (width < 1 || height < 1 || width > longest_side || height > longest_side) {
    throw Error(ErrorCode::InvalidValue, "resized",
                fmt::format("wanted sides in 1..{}, got {} x {}", longest_side, width, height));
  }
  if (width == image.width() && height == image.height()) return image;
  try {
    // OpenCV takes one method for both directions; a picture that shrinks one way and grows the other needs two steps.
    const cv::Size shrunk(std::min(width, image.width()), std::min(height, image.height()));
    cv::Mat pixels = as_mat(image);
    cv::Mat smaller = pixels;
    if (shrunk != pixels.size()) cv::resize(pixels, smaller, shrunk, 0, 0, cv::INTER_AREA);
    cv::Mat result = smaller;
    if (shrunk != cv::Size(width, height)) cv::resize(smaller, result, {width, height}, 0, 0, cv::INTER_LINEAR);
    Image scaled = from_mat(result);
    scaled.window_ = image.window_;
    return scaled;
  } catch (const cv::Exception& e) {
    throw Error(ErrorCode::Failed, "resized",
                fmt::format("{} x {} to {} x {}: {}", image.width(), image.height(), width, height, e.err));
  }
}

}  // namespace workflow
