#include <cmath>
#include <cstdlib>
#include <opencv2/imgproc.hpp>

#include "show/chart_axes.h"
#include "show/plain_text.h"
#include "workflow/opencv.h"

namespace workflow {
namespace {

constexpr int width = 840, height = 600, left = 90, right = 30, top = 60, bottom = 80;
const cv::Scalar ink(34, 34, 34), grey(230, 230, 230);

cv::Scalar colour_of(int number) {
  const std::string text(chart_colours[static_cast<std::size_t>(number) % chart_colours.size()]);
  const long rgb = std::strtol(text.c_str() + 1, nullptr, 16);
  return {static_cast<double>(rgb & 255), static_cast<double>(rgb >> 8 & 255), static_cast<double>(rgb >> 16 & 255)};
}

enum class Anchor { Start, Middle, End };

void write(cv::Mat& picture, const std::string& text, cv::Point at, double size, Anchor anchor) {
  const std::string plain = plain_text(text);
  int baseline = 0;
  const int length = cv::getTextSize(plain, cv::FONT_HERSHEY_SIMPLEX, size, 1, &baseline).width;
  at.x -= anchor == Anchor::Middle ? length / 2 : anchor == Anchor::End ? length : 0;
  cv::putText(picture, plain, at, cv::FONT_HERSHEY_SIMPLEX, size, ink, 1, cv::LINE_AA);
}

}  // namespace

Image draw(const Chart& chart) {
  const auto [across, up] = axes_of(chart);
  const auto x_at = [a = across](double x) {
    return left + static_cast<int>(std::lround(a.share(x) * (width - left - right)));
  };
  const auto y_at = [a = up](double y) {
    return height - bottom - static_cast<int>(std::lround(a.share(y) * (height - top - bottom)));
  };
  cv::Mat picture(height, width, CV_8UC3, cv::Scalar::all(255));
  write(picture, chart.title, {left, 36}, 0.7, Anchor::Start);
  for (double x = across.low; x <= across.high + across.step / 2; x += across.step) {
    cv::line(picture, {x_at(x), top}, {x_at(x), height - bottom}, grey);
    write(picture, across.mark(x), {x_at(x), height - bottom + 24}, 0.5, Anchor::Middle);
  }
  for (double y = up.low; y <= up.high + up.step / 2; y += up.step) {
    cv::line(picture, {left, y_at(y)}, {width - right, y_at(y)}, grey);
    write(picture, up.mark(y), {left - 10, y_at(y) + 5}, 0.5, Anchor::End);
  }
  write(picture, chart.x_name, {(left + width - right) / 2, height - 22}, 0.55, Anchor::Middle);
  write(picture, chart.y_name, {12, top - 8}, 0.5, Anchor::Start);
  int named = 0;
  for (const ChartLine& line : chart.lines) {
    const cv::Scalar colour = colour_of(line.colour);
    std::vector<cv::Point> points;
    for (const auto& [x, y] : line.points)
      if (std::isfinite(x) && std::isfinite(y)) points.emplace_back(x_at(x), y_at(y));
    // A dashed line is drawn at every other stretch.
    for (std::size_t i = 1; i < points.size(); ++i)
      if (!line.is_dashed || i % 2 == 1) cv::line(picture, points[i - 1], points[i], colour, 2, cv::LINE_AA);
    for (const cv::Point& point : points) cv::circle(picture, point, 3, colour, cv::FILLED, cv::LINE_AA);
    if (line.name.empty()) continue;
    const int y = height - bottom - 20 - 26 * named++;
    cv::line(picture, {width - right - 50, y}, {width - right - 12, y}, colour, 3, cv::LINE_AA);
    write(picture, line.name, {width - right - 60, y + 5}, 0.55, Anchor::End);
  }
  return from_mat(picture);
}

}  // namespace workflow
