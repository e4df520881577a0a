#include "workflow/operators/align.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include <opencv2/imgproc.hpp>

#include "operators/pixels.h"
#include "workflow/graph/tally.h"

namespace workflow {
namespace {

Point mean_of(const std::vector<Point>& points, std::size_t first, std::size_t last) {
  Point sum;
  for (std::size_t i = first; i < last; ++i) sum = {sum.x + points[i].x, sum.y + points[i].y};
  const auto count = static_cast<float>(last - first);
  return {sum.x / count, sum.y / count};
}

std::array<Point, 2> eyes_of(const std::vector<Point>& points) {
  for (const Point& point : points)
    if (!std::isfinite(point.x) || !std::isfinite(point.y))
      throw Error(ErrorCode::InvalidValue, Align::kind, "wanted points made of numbers, got NaN or infinity");
  switch (points.size()) {
    case 2:
    case 5:
      return {points[0], points[1]};
    case 68:
      return {mean_of(points, 36, 42), mean_of(points, 42, 48)};
    default:
      throw Error(ErrorCode::InvalidValue, Align::kind,
                  fmt::format("wanted 2, 5 or 68 points of a face, got {}; use a detector that gives some, or a landmarker",
                              points.size()));
  }
}

// Where the aligned picture's pixels come from: source = turn * (x, y) + shift, in the source's pixels.
struct Placement {
  cv::Matx22d turn;
  cv::Vec2d shift;

  cv::Vec2d source(double x, double y) const { return turn * cv::Vec2d(x, y) + shift; }
};

std::optional<Placement> place(const Align& settings, const std::array<Point, 2>& eyes, const Image& image) {
  // Pixel centres lie half a pixel inside.
  const auto in_pixels = [&](const Point& point) {
    return cv::Vec2d(static_cast<double>(point.x) * image.width() - 0.5,
                     static_cast<double>(point.y) * image.height() - 0.5);
  };
  const cv::Vec2d left = in_pixels(eyes[0]);
  const cv::Vec2d across = in_pixels(eyes[1]) - left;
  const double apart = cv::norm(across);
  if (apart < 1e-3) return std::nullopt;
  const double wanted = static_cast<double>(settings.eye_distance) * settings.width;
  const cv::Vec2d unit = across / wanted;
  const cv::Matx22d turn(unit[0], -unit[1], unit[1], unit[0]);
  const cv::Vec2d middle((settings.width - 1) / 2.0, static_cast<double>(settings.eye_line) * settings.height - 0.5);
  return Placement{turn, left + across / 2 - turn * middle};
}

// The part of the source that the aligned picture shows, in pixels; may reach beyond the source.
cv::Rect2d shown(const Placement& placement, const Align& settings) {
  std::array<cv::Vec2d, 4> corners = {placement.source(-0.5, -0.5), placement.source(settings.width - 0.5, -0.5),
                                      placement.source(-0.5, settings.height - 0.5),
                                      placement.source(settings.width - 0.5, settings.height - 0.5)};
  cv::Rect2d around(corners[0][0], corners[0][1], 0, 0);
  for (const cv::Vec2d& corner : corners) {
    const double right = std::max(around.x + around.width, corner[0]);
    const double bottom = std::max(around.y + around.height, corner[1]);
    around.x = std::min(around.x, corner[0]);
    around.y = std::min(around.y, corner[1]);
    around.width = right - around.x;
    around.height = bottom - around.y;
  }
  return around;
}

cv::Mat warped(const cv::Mat& pixels, const Placement& placement, const Align& settings) {
  // Bilinear sampling skips pixels where it shrinks to less than half; there the picture is averaged down first.
  const double shrinks = std::sqrt(std::abs(cv::determinant(placement.turn)));
  cv::Mat source = pixels;
  double scale_x = 1;
  double scale_y = 1;
  if (shrinks > 2) {
    const cv::Size size(std::max(1, static_cast<int>(pixels.cols / shrinks)),
                        std::max(1, static_cast<int>(pixels.rows / shrinks)));
    cv::resize(pixels, source, size, 0, 0, cv::INTER_AREA);
    scale_x = static_cast<double>(size.width) / pixels.cols;
    scale_y = static_cast<double>(size.height) / pixels.rows;
  }
  const auto& turn = placement.turn;
  const cv::Matx23d map(turn(0, 0) * scale_x, turn(0, 1) * scale_x, (placement.shift[0] + 0.5) * scale_x - 0.5,  //
                        turn(1, 0) * scale_y, turn(1, 1) * scale_y, (placement.shift[1] + 0.5) * scale_y - 0.5);
  cv::Mat face;
  cv::warpAffine(source, face, map, {settings.width, settings.height}, cv::INTER_LINEAR | cv::WARP_INVERSE_MAP,
                 cv::BORDER_REPLICATE);
  return face;
}

}  // namespace

std::optional<Image> Align::aligned(const std::vector<Point>& points, const Image& image) const {
  const std::array<Point, 2> eyes = eyes_of(points);
  if (image.empty()) throw Error(ErrorCode::InvalidValue, kind, "wanted an image, got an empty one");
  auto placement = place(*this, eyes, image);
  if (!placement) return tally("faces without two eyes"), std::nullopt;
  const cv::Rect2d around = shown(*placement, *this);
  const cv::Rect2d whole(0, 0, image.width(), image.height());
  const cv::Rect2d part = around & whole;
  if (part.width < 1 || part.height < 1) return tally("faces of less than a pixel on the image"), std::nullopt;
  if (part != around) tally("faces that reach beyond the image");

  // Of a large picture only the part that is shown is looked at, with a pixel around it.
  const cv::Rect looked_at =
      cv::Rect(cv::Point(static_cast<int>(part.x) - 1, static_cast<int>(part.y) - 1),
               cv::Point(static_cast<int>(part.x + part.width) + 2, static_cast<int>(part.y + part.height) + 2)) &
      cv::Rect(0, 0, image.width(), image.height());
  placement->shift -= cv::Vec2d(looked_at.x, looked_at.y);
  const Image face =
      redrawn(image, kind, [&](const cv::Mat& pixels) { return warped(pixels(looked_at), *placement, *this); });
  const auto share = [](double of, int whole_side) { return static_cast<float>(of / whole_side); };
  return face.standing_at(
      image.window().outer(Box{share(part.x, image.width()), share(part.y, image.height()),
                               share(part.x + part.width, image.width()), share(part.y + part.height, image.height())}));
}

std::optional<Image> Align::operator()(const Region& region, const Image& image) const {
  return aligned(region.points, image);
}

std::optional<Image> Align::operator()(const Landmarks& landmarks, const Image& image) const {
  return aligned(landmarks.points, image);
}

}  // namespace workflow
