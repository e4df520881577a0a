#include "train/svg_chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace workflow {
namespace {

constexpr double width = 420, height = 300, left = 52, right = 14, top = 30, bottom = 44;
constexpr std::array<std::string_view, 7> colours = {"#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#999999"};

struct Axis {
  double low = 0;
  double high = 1;
  double step = 0.2;
};

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

std::string number(double value, double step) {
  const int digits = std::clamp(static_cast<int>(std::ceil(-std::log10(step) - 1e-9)), 0, 6);
  return fmt::format("{:.{}f}", std::abs(value) < step / 1e6 ? 0.0 : value, digits);
}

}  // namespace

std::string html_text(std::string_view text) {
  std::string safe;
  for (const char letter : text) {
    switch (letter) {
      case '&':
        safe += "&amp;";
        break;
      case '<':
        safe += "&lt;";
        break;
      case '>':
        safe += "&gt;";
        break;
      case '"':
        safe += "&quot;";
        break;
      case '\'':
        safe += "&#39;";
        break;
      default:
        safe += letter;
    }
  }
  return safe;
}

std::string svg_of(const Chart& chart) {
  const auto [across, up] = axes_of(chart);
  const auto x_at = [&, a = across](double x) { return left + (x - a.low) / (a.high - a.low) * (width - left - right); };
  const auto y_at = [&, a = up](double y) { return height - bottom - (y - a.low) / (a.high - a.low) * (height - top - bottom); };
  std::string svg = fmt::format(R"(<svg{} viewBox="0 0 {} {}" role="img" aria-label="{}">)", chart.id.empty() ? "" : " id=\"" + chart.id + "\"",
                                width, height, html_text(chart.title));
  svg += fmt::format(R"(<text class="t" x="{}" y="18">{}</text>)", left, html_text(chart.title));
  for (double x = across.low; x <= across.high + across.step / 2; x += across.step)
    svg += fmt::format(R"(<line class="g" x1="{0:.1f}" x2="{0:.1f}" y1="{1}" y2="{2}"/><text class="a" x="{0:.1f}" y="{3}" text-anchor="middle">{4}</text>)",
                       x_at(x), top, height - bottom, height - bottom + 15, number(x, across.step));
  for (double y = up.low; y <= up.high + up.step / 2; y += up.step)
    svg += fmt::format(R"(<line class="g" x1="{0}" x2="{1}" y1="{2:.1f}" y2="{2:.1f}"/><text class="a" x="{3}" y="{4:.1f}" text-anchor="end">{5}</text>)",
                       left, width - right, y_at(y), left - 6, y_at(y) + 4, number(y, up.step));
  svg += fmt::format(R"(<text class="n" x="{}" y="{}" text-anchor="middle">{}</text>)", (left + width - right) / 2, height - 8, html_text(chart.x_name));
  svg += fmt::format(R"svg(<text class="n" transform="translate(13,{}) rotate(-90)" text-anchor="middle">{}</text>)svg", (top + height - bottom) / 2,
                     html_text(chart.y_name));
  std::size_t named = 0;
  for (const ChartLine& line : chart.lines) {
    const std::string_view colour = colours[static_cast<std::size_t>(line.colour) % colours.size()];
    std::string points;
    for (const auto& [x, y] : line.points)
      if (std::isfinite(x) && std::isfinite(y)) points += fmt::format("{:.1f},{:.1f} ", x_at(x), y_at(y));
    svg += fmt::format(R"(<polyline points="{}" stroke="{}"{}/>)", points, colour, line.is_dashed ? R"( stroke-dasharray="4 4")" : "");
    if (line.name.empty()) continue;
    const double y = top + 12 + 15 * static_cast<double>(named++);
    svg += fmt::format(R"(<line x1="{0}" x2="{1}" y1="{2}" y2="{2}" stroke="{3}" stroke-width="3"/><text class="a" x="{4}" y="{5}" text-anchor="end">{6}</text>)",
                       width - right - 22, width - right - 6, y, colour, width - right - 28, y + 4, html_text(line.name));
  }
  return svg + "</svg>";
}

}  // namespace workflow
