#include <opencv2/imgproc.hpp>

#include "train/augment/pixel_operations.h"
#include "train/augment/random_number.h"

namespace workflow {

void saturate(cv::Mat& pixels, double factor) {
  cv::Mat grey, spread;
  cv::cvtColor(pixels, grey, cv::COLOR_BGR2GRAY);
  cv::cvtColor(grey, spread, cv::COLOR_GRAY2BGR);
  cv::addWeighted(pixels, factor, spread, 1 - factor, 0, pixels);
}

void contrast(cv::Mat& pixels, double factor) {
  cv::Mat grey;
  cv::cvtColor(pixels, grey, cv::COLOR_BGR2GRAY);
  pixels.convertTo(pixels, -1, factor, cv::mean(grey)[0] * (1 - factor));
}

void vary_colour(cv::Mat& pixels, double strength, std::mt19937_64& random) {
  if (strength <= 0) return;
  const auto factor = [&] { return random_between(1 - strength, 1 + strength, random); };
  const double brightness = factor(), contrasted = factor(), saturated = factor();
  const double turn = random_between(-0.1, 0.1, random) * strength;
  pixels.convertTo(pixels, -1, brightness);
  contrast(pixels, contrasted);
  saturate(pixels, saturated);
  constexpr double hues = 180;  // OpenCV's circle on 8 bits
  const int steps = static_cast<int>(std::lround(turn * hues));
  if (steps == 0) return;
  cv::Mat hsv;
  cv::cvtColor(pixels, hsv, cv::COLOR_BGR2HSV);
  hsv.forEach<cv::Vec3b>([&](cv::Vec3b& pixel, const int*) {
    pixel[0] = static_cast<std::uint8_t>((pixel[0] + steps + static_cast<int>(hues)) % static_cast<int>(hues));
  });
  cv::cvtColor(hsv, pixels, cv::COLOR_HSV2BGR);
}

void erase_part(cv::Mat& pixels, std::vector<TargetBox>& boxes, std::mt19937_64& random) {
  const double area = random_between(0.02, 0.2, random), shape = random_ratio(0.3, 1 / 0.3, random);
  const double wide = std::min(1.0, std::sqrt(area * shape)), high = std::min(1.0, std::sqrt(area / shape));
  const double left = random_unit(random) * (1 - wide), top = random_unit(random) * (1 - high);
  const Box hole = {static_cast<float>(left), static_cast<float>(top), static_cast<float>(left + wide),
                    static_cast<float>(top + high)};
  const cv::Rect rectangle(static_cast<int>(left * pixels.cols), static_cast<int>(top * pixels.rows),
                           std::max(1, static_cast<int>(wide * pixels.cols)),
                           std::max(1, static_cast<int>(high * pixels.rows)));
  cv::Mat part = pixels(rectangle & cv::Rect(0, 0, pixels.cols, pixels.rows));
  for (int y = 0; y < part.rows; ++y) {
    std::uint8_t* row = part.ptr(y);
    for (int i = 0; i < 3 * part.cols; ++i) row[i] = static_cast<std::uint8_t>(random() >> 56U);
  }
  for (TargetBox& each : boxes)
    if (shared_area(each.box, hole) > each.box.area() / 2) each.is_difficult = true;
}

}  // namespace workflow
