#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "train/augment/pixel_operations.h"
#include "train/augment/random_number.h"
#include "train/augment/view.h"

namespace workflow {
namespace {

void auto_contrast(cv::Mat& pixels) {
  std::array<cv::Mat, 3> planes;
  cv::split(pixels, planes.data());
  for (cv::Mat& plane : planes) cv::normalize(plane, plane, 0, 255, cv::NORM_MINMAX);
  cv::merge(planes.data(), planes.size(), pixels);
}

void equalise(cv::Mat& pixels) {
  std::array<cv::Mat, 3> planes;
  cv::split(pixels, planes.data());
  for (cv::Mat& plane : planes) cv::equalizeHist(plane, plane);
  cv::merge(planes.data(), planes.size(), pixels);
}

void look_up(cv::Mat& pixels, const std::function<int(int)>& level) {
  cv::Mat table(1, 256, CV_8U);
  for (int i = 0; i < 256; ++i) table.at<std::uint8_t>(i) = static_cast<std::uint8_t>(level(i));
  cv::LUT(pixels, table, pixels);
}

void sharpen(cv::Mat& pixels, double factor) {
  cv::Mat blurred;
  cv::blur(pixels, blurred, {3, 3});
  cv::addWeighted(pixels, factor, blurred, 1 - factor, 0, pixels);
}

// `map` goes from the picture to where its pixels come to, both in -1..1 from the middle.
void warp(cv::Mat& pixels, std::vector<TargetBox>& boxes, const cv::Matx23d& map, int border) {
  const double w = pixels.cols, h = pixels.rows;
  // In pixels, whose middles lie at halves; the sides differ, so that a turn is one on square pixels.
  cv::Matx23d forward = map;
  forward(0, 2) = map(0, 2) * w + w / 2 - map(0, 0) * w / 2 - map(0, 1) * h / 2;
  forward(1, 2) = map(1, 2) * h + h / 2 - map(1, 0) * w / 2 - map(1, 1) * h / 2;
  cv::Matx23d shifted = forward;
  for (int row = 0; row < 2; ++row) shifted(row, 2) += 0.5 * (forward(row, 0) + forward(row, 1)) - 0.5;
  cv::Mat out;
  cv::warpAffine(pixels, out, shifted, pixels.size(), cv::INTER_LINEAR, cv::BORDER_CONSTANT, cv::Scalar::all(border));
  pixels = out;
  const cv::Matx23d relative(forward(0, 0), forward(0, 1) * h / w, forward(0, 2) / w, forward(1, 0) * w / h, forward(1, 1),
                             forward(1, 2) / h);
  for (TargetBox& each : boxes) each.box = carried(each.box, relative);
  boxes = kept_boxes(std::move(boxes));
}

}  // namespace

void rand_augment(cv::Mat& pixels, std::vector<TargetBox>& boxes, int operations, double strength, int border,
                  std::mt19937_64& random) {
  enum {
    AutoContrast,
    Equalise,
    Solarise,
    Posterise,
    Saturation,
    Contrast,
    Brightness,
    Sharpness,
    Turn,
    ShearX,
    ShearY,
    MoveX,
    MoveY,
    Count
  };
  for (int i = 0; i < operations; ++i) {
    const int operation = random_choice(Count, random);
    const double sign = random_chance(0.5, random) ? 1 : -1;
    const double factor = 1 + sign * 0.9 * strength, tilt = sign * strength;
    const auto warped = [&](const cv::Matx23d& map) { warp(pixels, boxes, map, border); };
    // The ranges are the paper's at strength 1.
    if (operation == AutoContrast) auto_contrast(pixels);
    if (operation == Equalise) equalise(pixels);
    if (operation == Solarise)
      look_up(pixels, [&](int level) { return level >= std::lround(256 * (1 - strength)) ? 255 - level : level; });
    if (operation == Posterise) {
      const int lost = static_cast<int>(std::lround(4 * strength));  // bits
      look_up(pixels, [&](int level) { return level >> lost << lost; });
    }
    if (operation == Saturation) saturate(pixels, factor);
    if (operation == Contrast) contrast(pixels, factor);
    if (operation == Brightness) pixels.convertTo(pixels, -1, factor);
    if (operation == Sharpness) sharpen(pixels, factor);
    if (operation == Turn) {
      constexpr double most = 0.5236;  // 30 degrees
      const double cosine = std::cos(tilt * most), sine = std::sin(tilt * most);
      warped({cosine, -sine, 0, sine, cosine, 0});
    }
    if (operation == ShearX) warped({1, 0.3 * tilt, 0, 0, 1, 0});
    if (operation == ShearY) warped({1, 0, 0, 0.3 * tilt, 1, 0});
    if (operation == MoveX) warped({1, 0, 0.45 * tilt, 0, 1, 0});
    if (operation == MoveY) warped({1, 0, 0, 0, 1, 0.45 * tilt});
  }
}

}  // namespace workflow
