#include "show/chart_axes.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace workflow {
namespace {

// Steps of 1, 2 or 5 times a power of ten, about five of them.
Axis axis_over(double low, double high) {
  if (!(high > low)) high = low + 1;
  const double rough = (high - low) / 5, power = std::pow(10.0, std::floor(std::log10(rough)));
  double step = power * 10;
  for (const double times : {1.0, 2.0, 5.0})
    if (rough <= power * times) {
      step = power * times;
      break;
    }
  return {std::floor(low / step + 1e-9) * step, std::ceil(high / step - 1e-9) * step, step};
}

}  // namespace

std::string Axis::mark(double value) const {
  const int digits = std::clamp(static_cast<int>(std::ceil(-std::log10(step) - 1e-9)), 0, 6);
  return fmt::format("{:.{}f}", std::abs(value) < step / 1e6 ? 0.0 : value, digits);
}

std::pair<Axis, Axis> axes_of(const Chart& chart) {
  if (chart.is_unit_square) return {};
  double x_low = INFINITY, x_high = -INFINITY, y_low = 0, y_high = -INFINITY;
  for (const ChartLine& line : chart.lines)
    for (const auto& [x, y] : line.points) {
      if (!std::isfinite(x) || !std::isfinite(y)) continue;
      x_low = std::min(x_low, x), x_high = std::max(x_high, x), y_low = std::min(y_low, y), y_high = std::max(y_high, y);
    }
  if (!(x_high >= x_low)) return {};
  return {axis_over(x_low, x_high), axis_over(y_low, y_high)};
}

}  // namespace workflow
