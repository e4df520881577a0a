#include "train/augment/view.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <opencv2/imgproc.hpp>

#include "train/augment/random_number.h"
#include "workflow/opencv.h"

namespace workflow {
namespace {

// The largest rectangle of this shape (width over height) in a picture, or the smallest around it, in the middle.
View shaped(double width, double height, double shape, bool is_within) {
  const bool is_wide = width > height * shape;
  const double high = is_wide == is_within ? height : width / shape;
  const double wide = high * shape;
  return {(width - wide) / 2, (height - high) / 2, wide, high};
}

// A part of a view with at least this share of its area and about its shape, anywhere in it.
View cropped(const View& view, double least, std::mt19937_64& random) {
  for (int tries = 0; tries < 10; ++tries) {
    const double area = random_between(least, 1, random);
    const double shape = random_ratio(3.0 / 4, 4.0 / 3, random);
    const double width = std::sqrt(area * shape), height = std::sqrt(area / shape);
    const double x = random_unit(random), y = random_unit(random);
    if (width <= 1 && height <= 1)
      return {view.left + x * (1 - width) * view.width, view.top + y * (1 - height) * view.height, width * view.width,
              height * view.height};
  }
  return view;
}

// From the view's pixels, in units of `out`, to the picture's.
cv::Matx23d picture_from(const View& view, int width, int height) {
  const double angle = view.degrees * std::numbers::pi / 180, cosine = std::cos(angle), sine = std::sin(angle);
  const double x = view.width / width * (view.is_mirrored ? -1 : 1),
               y = view.height / height * (view.is_on_its_head ? -1 : 1);
  cv::Matx23d map(cosine * x, -sine * y, 0, sine * x, cosine * y, 0);
  map(0, 2) = view.left + view.width / 2 - map(0, 0) * width / 2 - map(0, 1) * height / 2;
  map(1, 2) = view.top + view.height / 2 - map(1, 0) * width / 2 - map(1, 1) * height / 2;
  return map;
}

cv::Matx23d inverse(const cv::Matx23d& map) {
  cv::Matx23d inverted;
  cv::invertAffineTransform(map, inverted);
  return inverted;
}

void mirror(const View& view, cv::Mat& out) {
  if (!view.is_mirrored && !view.is_on_its_head) return;
  cv::flip(out, out, view.is_mirrored && view.is_on_its_head ? -1 : view.is_mirrored ? 1 : 0);
}

// Where the view covers the picture, in the picture's whole pixels and in those of `out`.
struct Cover {
  cv::Rect from;
  cv::Rect to;
};

// One side of it: whole pixels of the picture, and the pixels of `out` that they come to.
void cover_side(double begin, double length, int picture, int out, int& from, int& from_length, int& to, int& to_length) {
  const double scale = out / length;  // pixels of `out` for one of the picture's
  from = std::clamp(static_cast<int>(std::lround(begin)), 0, picture - 1);
  from_length = std::clamp(static_cast<int>(std::lround(begin + length)), from + 1, picture) - from;
  to = begin < 0 ? std::clamp(static_cast<int>(std::lround(-begin * scale)), 0, out - 1) : 0;
  const int end = begin + length > picture ? static_cast<int>(std::lround((picture - begin) * scale)) : out;
  to_length = std::clamp(end, to + 1, out) - to;
}

Cover cover_of(const View& view, const cv::Size& picture, const cv::Size& out) {
  Cover cover;
  cover_side(view.left, view.width, picture.width, out.width, cover.from.x, cover.from.width, cover.to.x, cover.to.width);
  cover_side(view.top, view.height, picture.height, out.height, cover.from.y, cover.from.height, cover.to.y,
             cover.to.height);
  return cover;
}

// Without rotation one resize of whole pixels does it, the same that preprocessing does.
cv::Matx23d show_upright(const cv::Mat& pixels, const View& view, cv::Mat& out) {
  const Cover cover = cover_of(view, pixels.size(), out.size());
  const bool shrinks = cover.to.width < cover.from.width || cover.to.height < cover.from.height;
  cv::Mat part = out(cover.to);
  cv::resize(pixels(cover.from), part, part.size(), 0, 0, shrinks ? cv::INTER_AREA : cv::INTER_LINEAR);
  mirror(view, out);
  const double x = static_cast<double>(cover.to.width) / cover.from.width;
  const double y = static_cast<double>(cover.to.height) / cover.from.height;
  cv::Matx23d map(x, 0, cover.to.x - x * cover.from.x, 0, y, cover.to.y - y * cover.from.y);
  if (view.is_mirrored) map(0, 0) = -map(0, 0), map(0, 2) = out.cols - map(0, 2);
  if (view.is_on_its_head) map(1, 1) = -map(1, 1), map(1, 2) = out.rows - map(1, 2);
  return map;
}

cv::Matx23d show_turned(const cv::Mat& pixels, const View& view, int border, cv::Mat& out) {
  const cv::Matx23d from = picture_from(view, out.cols, out.rows);
  // Shrunk first where it shrinks: a warp looks at four pixels only.
  const double x = std::max(1.0, view.width / out.cols), y = std::max(1.0, view.height / out.rows);
  cv::Mat source = pixels;
  if (x > 1 || y > 1) {
    const cv::Size size(std::max(1, static_cast<int>(std::lround(pixels.cols / x))),
                        std::max(1, static_cast<int>(std::lround(pixels.rows / y))));
    cv::resize(pixels, source, size, 0, 0, cv::INTER_AREA);
  }
  // warpAffine counts from the middle of the first pixel.
  cv::Matx23d map = from;
  for (int row = 0; row < 2; ++row) {
    const double shrunk =
        row == 0 ? static_cast<double>(source.cols) / pixels.cols : static_cast<double>(source.rows) / pixels.rows;
    map(row, 2) = (from(row, 2) + 0.5 * (from(row, 0) + from(row, 1))) * shrunk - 0.5;
    map(row, 0) *= shrunk;
    map(row, 1) *= shrunk;
  }
  cv::warpAffine(source, out, map, out.size(), cv::INTER_LINEAR | cv::WARP_INVERSE_MAP, cv::BORDER_CONSTANT,
                 cv::Scalar::all(border));
  return inverse(from);
}

}  // namespace

int border_of(Fit fit) { return fit == Fit::PadCorner || fit == Fit::PadCentre ? 0 : 114; }

View whole_view(int width, int height, const AugmentSettings& settings) {
  const double shape = static_cast<double>(settings.width) / settings.height;
  if (settings.fit == Fit::Stretch) return {0, 0, static_cast<double>(width), static_cast<double>(height)};
  View view = shaped(width, height, shape, settings.fit == Fit::CutCentre);
  if (settings.fit == Fit::PadCorner) view.left = view.top = 0;
  return view;
}

View random_view(int width, int height, const AugmentSettings& settings, std::mt19937_64& random) {
  View view = whole_view(width, height, settings);
  // What is cut off when the model is used may be learnt from.
  if (settings.crop < 1 && settings.fit == Fit::CutCentre) {
    view.left *= 2 * random_unit(random);
    view.top *= 2 * random_unit(random);
  }
  if (settings.crop < 1) view = cropped(view, settings.crop, random);
  if (settings.scale > 1) {
    const double factor = random_ratio(1 / settings.scale, settings.scale, random);
    const double wide = view.width / factor, high = view.height / factor;
    view.left += random_unit(random) * (view.width - wide);
    view.top += random_unit(random) * (view.height - high);
    view.width = wide, view.height = high;
  }
  if (settings.rotate > 0) view.degrees = random_between(-settings.rotate, settings.rotate, random);
  view.is_mirrored = random_chance(settings.flip, random);
  view.is_on_its_head = random_chance(settings.flip_vertical, random);
  return view;
}

std::vector<TargetBox> show(const BoxedImage& picture, const View& view, int border, cv::Mat& out) {
  const cv::Mat pixels = as_mat(picture.image);
  out.setTo(cv::Scalar::all(border));
  cv::Matx23d map = view.degrees == 0 ? show_upright(pixels, view, out) : show_turned(pixels, view, border, out);
  for (int row = 0; row < 2; ++row) {  // from and to 0..1
    const double side = row == 0 ? out.cols : out.rows;
    map(row, 0) *= pixels.cols / side;
    map(row, 1) *= pixels.rows / side;
    map(row, 2) /= side;
  }
  std::vector<TargetBox> boxes = picture.boxes;
  for (TargetBox& each : boxes) each.box = carried(each.box, map);
  return kept_boxes(std::move(boxes));
}

Box carried(const Box& box, const cv::Matx23d& map) {
  const Point centre = box.centre();
  const auto along = [&](int row) {
    return map(row, 0) * static_cast<double>(centre.x) + map(row, 1) * static_cast<double>(centre.y) + map(row, 2);
  };
  const auto half = [&](int row) {
    return std::hypot(map(row, 0) * static_cast<double>(box.width()) / 2,
                      map(row, 1) * static_cast<double>(box.height()) / 2);
  };
  const double x = along(0), y = along(1), wide = half(0), high = half(1);
  return {static_cast<float>(x - wide), static_cast<float>(y - high), static_cast<float>(x + wide),
          static_cast<float>(y + high)};
}

std::vector<TargetBox> kept_boxes(std::vector<TargetBox> boxes) {
  constexpr float difficult_below = 0.3f, gone_below = 0.05f;  // shares of the area that are left
  std::erase_if(boxes, [&](TargetBox& each) {
    const float before = each.box.area();
    each.box = each.box.clipped();
    const float left = before > 0 ? each.box.area() / before : 0;
    if (left < difficult_below) each.is_difficult = true;
    return !(left >= gone_below);
  });
  return boxes;
}

}  // namespace workflow
