#include "workflow/operators/blur.h"

#include <algorithm>

#include <opencv2/imgproc.hpp>

#include "operators/grown_box.h"
#include "operators/pixels.h"

namespace workflow {
namespace {

int count_of(int side, double part) { return std::max(1, static_cast<int>(std::lround(side / part))); }

void pixelate(cv::Mat pixels, float strength) {
  const double block = std::max(1.0, static_cast<double>(strength) * std::min(pixels.cols, pixels.rows));
  cv::Mat blocks;
  cv::resize(pixels, blocks, {count_of(pixels.cols, block), count_of(pixels.rows, block)}, 0, 0, cv::INTER_AREA);
  cv::resize(blocks, pixels, pixels.size(), 0, 0, cv::INTER_NEAREST);
}

// A wide Gaussian is as good on a small picture, and there its cost is bounded.
void blur(cv::Mat pixels, float strength) {
  constexpr int small = 64;
  const int shorter = std::min(pixels.cols, pixels.rows);
  const double scale = std::max(1.0, static_cast<double>(shorter) / small);
  cv::Mat soft;
  cv::resize(pixels, soft, {count_of(pixels.cols, scale), count_of(pixels.rows, scale)}, 0, 0, cv::INTER_AREA);
  const double sigma = std::max(0.5, static_cast<double>(strength) * std::min(soft.cols, soft.rows));
  cv::GaussianBlur(soft, soft, {}, sigma, sigma, cv::BORDER_REFLECT);
  cv::resize(soft, pixels, pixels.size(), 0, 0, cv::INTER_LINEAR);
}

// As Image::crop does it, but outwards: no pixel of the region stays.
cv::Rect pixels_under(const Box& box, const cv::Mat& pixels) {
  const int left = static_cast<int>(std::floor(box.left * static_cast<float>(pixels.cols)));
  const int top = static_cast<int>(std::floor(box.top * static_cast<float>(pixels.rows)));
  const int right = static_cast<int>(std::ceil(box.right * static_cast<float>(pixels.cols)));
  const int bottom = static_cast<int>(std::ceil(box.bottom * static_cast<float>(pixels.rows)));
  return cv::Rect(left, top, right - left, bottom - top) & cv::Rect(0, 0, pixels.cols, pixels.rows);
}

}  // namespace

Image Blur::operator()(Group<Region> regions, const Image& image) const {
  for (const Region& region : regions) check_box(region.box, kind);
  if (regions.empty() && !image.empty()) return image;
  return redrawn(image, kind, [&](const cv::Mat& pixels) {
    cv::Mat covered = pixels.clone();
    for (const Region& region : regions) {
      const auto box = part_on_image(grown_by(region.box, margin));
      const cv::Rect under = box ? pixels_under(*box, covered) : cv::Rect();
      if (under.empty()) continue;
      if (how == How::Pixelate)
        pixelate(covered(under), strength);
      else
        blur(covered(under), strength);
    }
    return covered;
  });
}

}  // namespace workflow
