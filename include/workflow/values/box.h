#pragma once

#include <algorithm>

namespace workflow {

/// A point relative to its image: x and y in 0..1 from the left upper corner; outside of that where a model says so.
struct Point {
  float x = 0;
  float y = 0;
  friend bool operator==(const Point&, const Point&) = default;
};

/// A rectangle relative to its image: all four edges in 0..1, left < right, top < bottom.
struct Box {
  float left = 0;
  float top = 0;
  float right = 1;
  float bottom = 1;

  float width() const { return right - left; }
  float height() const { return bottom - top; }
  float area() const { return std::max(0.0f, width()) * std::max(0.0f, height()); }
  Point centre() const { return {(left + right) / 2, (top + bottom) / 2}; }

  /// The part of it that lies on the image.
  Box clipped() const {
    return {std::clamp(left, 0.0f, 1.0f), std::clamp(top, 0.0f, 1.0f), std::clamp(right, 0.0f, 1.0f),
            std::clamp(bottom, 0.0f, 1.0f)};
  }

  /// A box given relative to this one, in the coordinates that this one is given in.
  Box outer(const Box& inner) const {
    return {left + inner.left * width(), top + inner.top * height(), left + inner.right * width(),
            top + inner.bottom * height()};
  }

  /// A box in the coordinates that this one is given in, relative to this one: the inverse of outer().
  Box inner(const Box& box) const {
    return {(box.left - left) / width(), (box.top - top) / height(), (box.right - left) / width(), (box.bottom - top) / height()};
  }

  friend bool operator==(const Box&, const Box&) = default;
};

/// The area that two boxes share.
inline float shared_area(const Box& a, const Box& b) {
  return Box{std::max(a.left, b.left), std::max(a.top, b.top), std::min(a.right, b.right), std::min(a.bottom, b.bottom)}.area();
}

/// Intersection over union, 0 (apart) to 1 (equal).
inline float iou(const Box& a, const Box& b) {
  const float shared = shared_area(a, b);
  const float all = a.area() + b.area() - shared;
  return all > 0 ? shared / all : 0.0f;
}

}  // namespace workflow
