#include "train/picture_data.h"

#include <fmt/format.h>

#include <opencv2/imgcodecs.hpp>

#include "workflow/base/error.h"
#include "workflow/opencv.h"

namespace workflow {
namespace {

std::string base64(const std::vector<unsigned char>& bytes) {
  static constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const auto byte = [&](std::size_t at) { return at < bytes.size() ? static_cast<unsigned>(bytes[at]) : 0U; };
    const unsigned three = byte(i) << 16U | byte(i + 1) << 8U | byte(i + 2);
    for (unsigned k = 0; k < 4; ++k) text += i + k <= bytes.size() ? letters[three >> (18 - 6 * k) & 63U] : '=';
  }
  return text;
}

}  // namespace

std::string picture_data(const Image& image) {
  std::vector<unsigned char> bytes;
  try {
    cv::imencode(".jpg", as_mat(image), bytes, {cv::IMWRITE_JPEG_QUALITY, 80});
  } catch (const cv::Exception& error) {
    throw Error(ErrorCode::Failed, "picture_data", fmt::format("OpenCV: {}", error.err));
  }
  return fmt::format("data:image/jpeg;base64,{}", base64(bytes));
}

}  // namespace workflow
