#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>

#include "values/byte_view.h"
#include "values/gif.h"
#include "values/picture_header.h"
#include "values/webp.h"
#include "workflow/base/error.h"
#include "workflow/opencv.h"

namespace workflow {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t most_pixels = 1ULL << 28U;

cv::Mat decoded_by_opencv(std::span<const std::uint8_t> bytes) {
  const cv::Mat raw(1, static_cast<int>(bytes.size()), CV_8UC1, const_cast<std::uint8_t*>(bytes.data()));
  cv::Mat picture = cv::imdecode(raw, cv::IMREAD_COLOR);
  if (picture.empty()) throw std::runtime_error("its pixels do not decode");
  return picture;
}

// The eight EXIF orientations are transpositions followed by flips.
cv::Mat upright(cv::Mat picture, int orientation) {
  cv::Mat turned = picture;
  if (orientation >= 5) cv::transpose(picture, turned);
  constexpr int none = 2;
  constexpr std::array<int, 9> flips{none, none, 1, -1, 0, none, 1, -1, 0};
  const int flip = flips[static_cast<std::size_t>(orientation)];
  if (flip == none) return turned;
  cv::Mat flipped;
  cv::flip(turned, flipped, flip);
  return flipped;
}

cv::Mat decoded_webp(ByteView file, const PictureHeader& header) {
  const auto frame = first_webp_frame(file);
  if (!frame) return upright(decoded_by_opencv(file.bytes()), webp_orientation(file));
  const cv::Mat pixels = decoded_by_opencv(frame->file);
  cv::Mat canvas(static_cast<int>(header.height), static_cast<int>(header.width), CV_8UC3, cv::Scalar::all(0));
  const cv::Rect place = cv::Rect({frame->left, frame->top}, pixels.size());
  if ((place & cv::Rect({0, 0}, canvas.size())) != place) throw std::runtime_error("a WebP whose frame is off its canvas");
  pixels.copyTo(canvas(place));
  return upright(canvas, webp_orientation(file));
}

Image decoded(ByteView file) {
  const PictureFormat format = picture_format(file);
  if (format == PictureFormat::Unknown) {
    throw std::runtime_error("wanted a JPEG, PNG, BMP, TIFF, WebP, GIF or PNM picture, got other bytes");
  }
  const PictureHeader header = read_picture_header(file, format);
  if (header.width == 0 || header.height == 0) throw std::runtime_error("wanted a picture, got one without a size");
  if (header.width > most_pixels || header.height > most_pixels || header.width * header.height > most_pixels) {
    throw std::runtime_error(fmt::format("wanted at most 2^28 pixels, got {} x {}", header.width, header.height));
  }
  if (format == PictureFormat::Gif) return first_gif_frame(file);
  if (format == PictureFormat::WebP) return from_mat(decoded_webp(file, header));
  return from_mat(decoded_by_opencv(file.bytes()));
}

Image decode(std::span<const std::uint8_t> bytes, std::string_view place, const std::string& name) {
  const auto broken = [&](std::string_view why) {
    return Error(ErrorCode::Unreadable, place, fmt::format("\"{}\": {}", name, why));
  };
  // OpenCV counts a buffer's bytes in an int.
  constexpr std::size_t most_bytes = 0x7FFFFFFF;
  if (bytes.empty()) throw broken("wanted a picture, got no bytes");
  if (bytes.size() > most_bytes) throw broken("wanted a file below 2 GiB");
  try {
    return decoded(ByteView(bytes));
  } catch (const ByteView::PastEnd&) {
    throw broken(fmt::format("truncated: {} bytes are not the whole picture", bytes.size()));
  } catch (const cv::Exception& e) {
    throw broken(e.err);
  } catch (const std::exception& e) {
    throw broken(e.what());
  }
}

std::vector<std::uint8_t> file_bytes(const std::string& file) {
  std::error_code ignored;
  if (!fs::exists(file, ignored)) {
    throw Error(ErrorCode::NotFound, "read_image", fmt::format("\"{}\": no such file", file));
  }
  if (!fs::is_regular_file(file, ignored)) {
    throw Error(ErrorCode::Unreadable, "read_image", fmt::format("\"{}\": wanted a file, got a folder or device", file));
  }
  std::ifstream stream(file, std::ios::binary);
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(fs::file_size(file, ignored)));
  stream.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  if (!stream) throw Error(ErrorCode::Unreadable, "read_image", fmt::format("\"{}\": {}", file, std::strerror(errno)));
  return bytes;
}

std::vector<std::uint8_t> encoded(const Image& image, const std::string& file) {
  std::string ending = fs::path(file).extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  constexpr std::array<std::string_view, 8> endings{".png", ".jpg", ".jpeg", ".bmp", ".webp", ".tif", ".tiff", ".ppm"};
  if (std::find(endings.begin(), endings.end(), ending) == endings.end()) {
    throw Error(ErrorCode::Failed, "save",
                fmt::format("\"{}\": wanted .png, .jpg, .bmp, .webp, .tif or .ppm, got \"{}\"", file, ending));
  }
  std::vector<std::uint8_t> bytes;
  try {
    if (cv::imencode(ending, as_mat(image), bytes)) return bytes;
  } catch (const cv::Exception& e) {
    throw Error(ErrorCode::Failed, "save", fmt::format("\"{}\": {}", file, e.err));
  }
  throw Error(ErrorCode::Failed, "save",
              fmt::format("\"{}\": {} x {} pixels do not fit into this format", file, image.width(), image.height()));
}

}  // namespace

Image read_image(const std::string& file) { return decode(file_bytes(file), "read_image", file); }

Image decode_image(std::span<const std::uint8_t> bytes, const std::string& name) {
  return decode(bytes, "decode_image", name);
}

void save(const Image& image, const std::string& file) {
  if (image.empty())
    throw Error(ErrorCode::InvalidValue, "save", fmt::format("\"{}\": wanted an image, got an empty one", file));
  const auto bytes = encoded(image, file);
  static std::atomic<unsigned> counter{0};
  const std::string aside = fmt::format("{}.{}-{}.part", file, ::getpid(), counter++);
  const auto fail = [&](const std::string& why) {
    std::error_code ignored;
    fs::remove(aside, ignored);
    throw Error(ErrorCode::Failed, "save", fmt::format("\"{}\": {}", file, why));
  };
  std::error_code problem;
  const fs::path folder = fs::path(file).parent_path();
  if (!folder.empty()) fs::create_directories(folder, problem);
  if (problem) fail(problem.message());
  std::ofstream stream(aside, std::ios::binary);
  stream.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  stream.close();
  if (!stream) fail(std::strerror(errno));
  fs::rename(aside, file, problem);
  if (problem) fail(problem.message());
}

}  // namespace workflow
