// From a decoded picture to a net's input: the fused pass against the chain of OpenCV calls that does the same, in pairs.
#include "model/preprocess/preprocess.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "workflow/opencv.h"

using namespace workflow;

namespace {

struct Case {
  const char* name;
  int width;
  int height;
  Preprocess settings;
};

void by_opencv(const Image& image, const Preprocess& settings, std::vector<float>& out) {
  cv::Mat padded = as_mat(image);
  if (settings.fit != Fit::Stretch) {
    const int side = std::max(image.width(), image.height());
    const bool centred = settings.fit == Fit::PadCentre;
    const int left = centred ? (side - image.width()) / 2 : 0;
    const int top = centred ? (side - image.height()) / 2 : 0;
    cv::Mat canvas;
    cv::copyMakeBorder(padded, canvas, top, side - top - image.height(), left, side - left - image.width(),
                       cv::BORDER_CONSTANT);
    padded = canvas;
  }
  cv::Mat sized;
  cv::Mat rgb;
  cv::Mat floats;
  const int method = settings.sampling == Sampling::Area ? cv::INTER_AREA : cv::INTER_LINEAR;
  cv::resize(padded, sized, {settings.width, settings.height}, 0, 0, method);
  cv::cvtColor(sized, rgb, cv::COLOR_BGR2RGB);
  rgb.convertTo(floats, CV_32F);
  cv::subtract(floats, cv::Scalar(settings.mean[0], settings.mean[1], settings.mean[2]), floats);
  cv::multiply(floats, cv::Scalar(settings.scale[0], settings.scale[1], settings.scale[2]), floats);
  const std::size_t plane = static_cast<std::size_t>(settings.width) * static_cast<std::size_t>(settings.height);
  std::vector<cv::Mat> planes;
  for (std::size_t c = 0; c < 3; ++c) planes.emplace_back(settings.height, settings.width, CV_32F, out.data() + c * plane);
  cv::split(floats, planes);
}

template <class Work>
double microseconds(const Work& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count();
}

double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
  return values[values.size() / 2];
}

}  // namespace

int main() {
  cv::setNumThreads(1);
  const std::array<float, 3> mean = {123.675f, 116.28f, 103.53f};
  const std::array<float, 3> scale = {1 / 58.395f, 1 / 57.12f, 1 / 57.375f};
  const auto settings = [&](int side, Fit fit, Sampling sampling = Sampling::Linear) {
    return Preprocess{.width = side, .height = side, .fit = fit, .sampling = sampling, .mean = mean, .scale = scale};
  };
  const std::vector<Case> cases{
      {"1280x720 -> 416 PadCorner", 1280, 720, settings(416, Fit::PadCorner)},
      {"180x200 -> 112 PadCentre", 180, 200, settings(112, Fit::PadCentre)},
      {"500x375 -> 224 Stretch", 500, 375, settings(224, Fit::Stretch)},
      {"500x375 -> 224 Stretch, Area", 500, 375, settings(224, Fit::Stretch, Sampling::Area)},
  };
  fmt::print("{:<32} {:>10} {:>10} {:>8}\n", "", "OpenCV us", "fused us", "faster");
  for (const Case& one : cases) {
    cv::Mat pixels(one.height, one.width, CV_8UC3);
    cv::randu(pixels, 0, 256);
    const Image image = from_mat(pixels);
    const std::size_t count =
        3 * static_cast<std::size_t>(one.settings.width) * static_cast<std::size_t>(one.settings.height);
    std::vector<float> theirs(count);
    std::vector<float> ours(count);
    std::vector<double> their_times;
    std::vector<double> our_times;
    std::vector<double> ratios;
    for (int run = 0; run < 301; ++run) {
      their_times.push_back(microseconds([&] { by_opencv(image, one.settings, theirs); }));
      our_times.push_back(microseconds([&] { preprocess(image, one.settings, Layout::Planar, ours.data()); }));
      ratios.push_back(their_times.back() / our_times.back());
    }
    fmt::print("{:<32} {:>10.0f} {:>10.0f} {:>7.2f}x\n", one.name, median(their_times), median(our_times), median(ratios));
  }
}
