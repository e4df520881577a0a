#include "show/canvas.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "show/plain_text.h"
#include "workflow/base/error.h"
#include "workflow/opencv.h"

namespace workflow {
namespace {

// Okabe and Ito's palette as blue, green, red; without its black, which photos are full of.
const std::array<cv::Scalar, 7> palette{cv::Scalar(0, 159, 230),  cv::Scalar(233, 180, 86), cv::Scalar(115, 158, 0),
                                        cv::Scalar(66, 228, 240), cv::Scalar(178, 114, 0),  cv::Scalar(0, 94, 213),
                                        cv::Scalar(167, 121, 204)};

cv::Scalar colour_of(int key) {
  const int count = static_cast<int>(palette.size());
  return palette[static_cast<std::size_t>((key % count + count) % count)];
}

// Black or white, whichever stands out from the plate (luma of ITU-R BT.601).
cv::Scalar ink_on(const cv::Scalar& plate) {
  const double luma = 0.114 * plate[0] + 0.587 * plate[1] + 0.299 * plate[2];
  return luma > 120 ? cv::Scalar::all(0) : cv::Scalar::all(255);
}

struct Style {
  int line;           // width of a box's lines, pixels
  double font_scale;  // of OpenCV's font
  int font_line;      // width of a letter's strokes, pixels
  int letter;         // width of a letter on average, pixels
  int row;            // from one line of text to the next, pixels
  int padding;        // around a text on its plate, pixels
};

constexpr int font = cv::FONT_HERSHEY_SIMPLEX;

Style style_for(cv::Size canvas) {
  // By the geometric mean, so that a panorama's letters do not outgrow its height.
  const double side = std::clamp(std::sqrt(static_cast<double>(canvas.width) * canvas.height), 240.0, 1e5);
  Style style{};
  style.line = std::max(2, static_cast<int>(std::lround(side / 300)));
  style.font_scale = std::max(0.45, side / 1250);
  style.font_line = std::max(1, static_cast<int>(std::lround(style.font_scale * 1.4)));
  int baseline = 0;
  const cv::Size size = cv::getTextSize("0123456789", font, style.font_scale, style.font_line, &baseline);
  style.letter = std::max(1, size.width / 10);
  style.padding = std::max(2, size.height / 3);
  style.row = size.height + baseline;
  return style;
}

struct Plate {
  cv::Rect place;
  std::vector<std::string> lines;
};

cv::Size plate_size(const std::vector<std::string>& lines, const Style& style) {
  int width = 0;
  int baseline = 0;
  for (const std::string& line : lines) {
    width = std::max(width, cv::getTextSize(line, font, style.font_scale, style.font_line, &baseline).width);
  }
  return {width + 2 * style.padding, static_cast<int>(lines.size()) * style.row + style.padding};
}

cv::Point inside(cv::Point corner, cv::Size size, cv::Size canvas) {
  return {std::max(0, std::min(corner.x, canvas.width - size.width)),
          std::max(0, std::min(corner.y, canvas.height - size.height))};
}

// The pixels of a box on the canvas, at least one; nothing where it is not on it.
cv::Rect pixels_of(const Box& box, cv::Size canvas) {
  if (std::isnan(box.left + box.top + box.right + box.bottom)) return {};
  if (box.right <= 0 || box.bottom <= 0 || box.left >= 1 || box.top >= 1) return {};
  const Box part = box.clipped();
  const auto pixel = [](float edge, int size) { return static_cast<int>(std::lround(edge * static_cast<float>(size))); };
  const int left = std::min(pixel(part.left, canvas.width), canvas.width - 1);
  const int top = std::min(pixel(part.top, canvas.height), canvas.height - 1);
  return {left, top, std::max(1, pixel(part.right, canvas.width) - left),
          std::max(1, pixel(part.bottom, canvas.height) - top)};
}

// The first place that is free, from the usual ones (above, below, inside its box) down and up along the picture; the one
// with the least overlap where the picture is full.
cv::Rect free_place(const cv::Rect& box, cv::Size size, cv::Size canvas, const std::vector<Plate>& taken) {
  std::vector<cv::Point> corners{{box.x, box.y - size.height},
                                 {box.x, box.y + box.height},
                                 {box.x, box.y},
                                 {box.x + box.width - size.width, box.y - size.height},
                                 {box.x + box.width, box.y},
                                 {box.x - size.width, box.y}};
  for (int step = 1; step <= 12; ++step) {
    corners.emplace_back(box.x, box.y + box.height + step * size.height);
    corners.emplace_back(box.x, box.y - size.height - step * size.height);
  }
  cv::Rect best;
  double least = -1;
  for (const cv::Point corner : corners) {
    const cv::Rect place(inside(corner, size, canvas), size);
    double overlap = 0;
    for (const Plate& other : taken) overlap += (place & other.place).area();
    if (least < 0 || overlap < least) {
      best = place;
      least = overlap;
    }
    if (overlap == 0) break;
  }
  return best;
}

void draw_plate(cv::Mat& canvas, const Plate& plate, const cv::Scalar& colour, const Style& style) {
  cv::rectangle(canvas, plate.place, colour, cv::FILLED);
  int baseline = 0;
  const int height = cv::getTextSize("0", font, style.font_scale, style.font_line, &baseline).height;
  cv::Point at(plate.place.x + style.padding, plate.place.y + style.padding + height);
  for (const std::string& line : plate.lines) {
    cv::putText(canvas, line, at, font, style.font_scale, ink_on(colour), style.font_line, cv::LINE_AA);
    at.y += style.row;
  }
}

void draw_points(cv::Mat& canvas, const Label& label, const Style& style) {
  // As large as suits the box: 68 points on a small face must not run into one blot.
  const cv::Rect box = pixels_of(label.box, canvas.size());
  const int radius = std::clamp(std::max(box.width, box.height) / 50, 1, std::max(1, style.line));
  for (const Point& point : label.points) {
    if (!(point.x >= 0 && point.x <= 1 && point.y >= 0 && point.y <= 1)) continue;
    const cv::Point at(static_cast<int>(std::lround(point.x * static_cast<float>(canvas.cols - 1))),
                       static_cast<int>(std::lround(point.y * static_cast<float>(canvas.rows - 1))));
    cv::circle(canvas, at, radius + 1, cv::Scalar::all(0), cv::FILLED, cv::LINE_AA);
    cv::circle(canvas, at, radius, colour_of(label.colour_key), cv::FILLED, cv::LINE_AA);
  }
}

// A thin dark line on both sides keeps a box visible on a ground of its own colour.
void draw_box(cv::Mat& canvas, const cv::Rect& box, const cv::Scalar& colour, const Style& style) {
  const int inset = std::min(style.line / 2, std::min(box.width, box.height) / 2);
  const cv::Rect inner(box.x + inset, box.y + inset, std::max(1, box.width - 2 * inset),
                       std::max(1, box.height - 2 * inset));
  cv::rectangle(canvas, inner, cv::Scalar::all(0), style.line + std::max(2, style.line / 2));
  cv::rectangle(canvas, inner, colour, style.line);
}

cv::Mat enlarged_copy(const Image& image) {
  constexpr int legible_side = 480;
  const int side = std::max(image.width(), image.height());
  const int factor = (legible_side + side - 1) / side;
  if (factor <= 1) return as_mat(image).clone();
  cv::Mat canvas;
  cv::resize(as_mat(image), canvas, {image.width() * factor, image.height() * factor}, 0, 0, cv::INTER_NEAREST);
  return canvas;
}

}  // namespace

Image draw_labels(const Image& image, const std::vector<Label>& labels, const std::vector<std::string>& captions) {
  if (image.empty()) throw Error(ErrorCode::InvalidValue, "draw_labels", "wanted a picture, got an empty one");
  cv::Mat canvas = enlarged_copy(image);
  const Style style = style_for(canvas.size());
  constexpr std::size_t longest_line = 48;
  constexpr std::size_t most_lines = 8;
  const auto longest = std::clamp<std::size_t>(
      static_cast<std::size_t>(std::max(0, canvas.cols - 2 * style.padding) / style.letter), 4, longest_line);

  for (const Label& label : labels) {
    const cv::Rect box = pixels_of(label.box, canvas.size());
    if (!box.empty()) draw_box(canvas, box, colour_of(label.colour_key), style);
    draw_points(canvas, label, style);
  }

  std::vector<Plate> plates;
  Plate caption;
  for (const std::string& text : captions) {
    for (std::string& line : plain_lines(text, longest, most_lines)) caption.lines.push_back(std::move(line));
  }
  if (!caption.lines.empty()) {
    caption.place = cv::Rect({0, 0}, plate_size(caption.lines, style));
    draw_plate(canvas, caption, cv::Scalar::all(32), style);
    plates.push_back(caption);
  }
  for (const Label& label : labels) {
    const cv::Rect box = pixels_of(label.box, canvas.size());
    Plate plate;
    plate.lines = plain_lines(label.text, longest, most_lines);
    if (box.empty() || plate.lines.empty()) continue;
    plate.place = free_place(box, plate_size(plate.lines, style), canvas.size(), plates);
    draw_plate(canvas, plate, colour_of(label.colour_key), style);
    plates.push_back(std::move(plate));
  }
  return from_mat(canvas);
}

}  // namespace workflow
