#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

#include "workflow/values/box.h"

namespace workflow {

/// Where a box is and how it moves: a Kalman filter of constant velocity on its centre and its sides. Noise is a share of
/// the box's own sides, as BoT-SORT has it (arXiv 2206.14651); as it does not couple the four, each is a filter of two
/// numbers.
class BoxMotion {
 public:
  explicit BoxMotion(const Box& seen) {
    const auto seen_as = numbers_of(seen);
    for (std::size_t i = 0; i < 4; ++i) {
      const double side = side_of(i, seen_as);
      parts_[i] = {.place = seen_as[i],
                   .velocity = 0,
                   .place_variance = square(2 * place_noise * side),
                   .together = 0,
                   .velocity_variance = square(first_velocity * side)};
    }
  }

  /// A frame passes.
  void advance() {
    const auto now = numbers();
    for (std::size_t i = 0; i < 4; ++i) {
      Part& it = parts_[i];
      const double side = side_of(i, now);
      it.place += it.velocity;
      it.place_variance += 2 * it.together + it.velocity_variance + square(place_noise * side);
      it.together += it.velocity_variance;
      it.velocity_variance += square(velocity_noise * side);
    }
    // A box that was seen to shrink does not shrink away.
    for (std::size_t i = 2; i < 4; ++i) parts_[i].place = std::max(parts_[i].place, 1e-4);
  }

  /// It is seen again.
  void correct(const Box& seen) {
    const auto seen_as = numbers_of(seen);
    const auto now = numbers();
    for (std::size_t i = 0; i < 4; ++i) {
      Part& it = parts_[i];
      const double whole = it.place_variance + square(place_noise * side_of(i, now));
      const double of_place = it.place_variance / whole;
      const double of_velocity = it.together / whole;
      const double off = seen_as[i] - it.place;
      it.place += of_place * off;
      it.velocity += of_velocity * off;
      it.velocity_variance -= of_velocity * it.together;
      it.together *= 1 - of_place;
      it.place_variance *= 1 - of_place;
    }
  }

  /// Nobody sees it: it goes on, but its size stays what it was.
  void keep_size() {
    parts_[2].velocity = 0;
    parts_[3].velocity = 0;
  }

  Box box() const {
    const auto n = numbers();
    return {static_cast<float>(n[0] - n[2] / 2), static_cast<float>(n[1] - n[3] / 2), static_cast<float>(n[0] + n[2] / 2),
            static_cast<float>(n[1] + n[3] / 2)};
  }

 private:
  // Standard deviations as shares of the box's side, a frame; the first velocity is as good as unknown.
  static constexpr double place_noise = 1.0 / 20;
  static constexpr double velocity_noise = 1.0 / 160;
  static constexpr double first_velocity = 1.0 / 4;

  struct Part {
    double place;
    double velocity;
    double place_variance;
    double together;  ///< covariance of the two
    double velocity_variance;
  };

  static double square(double x) { return x * x; }
  static std::array<double, 4> numbers_of(const Box& box) {
    const Point centre = box.centre();
    return {static_cast<double>(centre.x), static_cast<double>(centre.y), static_cast<double>(box.width()),
            static_cast<double>(box.height())};
  }
  std::array<double, 4> numbers() const { return {parts_[0].place, parts_[1].place, parts_[2].place, parts_[3].place}; }
  static double side_of(std::size_t part, const std::array<double, 4>& numbers) { return numbers[part % 2 == 0 ? 2 : 3]; }

  std::array<Part, 4> parts_;
};

}  // namespace workflow
