#include <fmt/format.h>

#include <cmath>

#include "show/chart_axes.h"
#include "show/html_text.h"

namespace workflow {
namespace {

constexpr double width = 420, height = 300, left = 52, right = 14, top = 30, bottom = 44;
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
  const auto x_at = [&, a = across](double x) { return left + a.share(x) * (width - left - right); };
  const auto y_at = [&, a = up](double y) { return height - bottom - a.share(y) * (height - top - bottom); };
  std::string svg =
      fmt::format(R"(<svg viewBox="0 0 {} {}" role="img" aria-label="{}">)", width, height, html_text(chart.title));
  svg += fmt::format(R"(<text class="t" x="{}" y="18">{}</text>)", left, html_text(chart.title));
  for (double x = across.low; x <= across.high + across.step / 2; x += across.step)
    svg += fmt::format(
        R"(<line class="g" x1="{0:.1f}" x2="{0:.1f}" y1="{1}" y2="{2}"/><text class="a" x="{0:.1f}" y="{3}" text-anchor="middle">{4}</text>)",
        x_at(x), top, height - bottom, height - bottom + 15, across.mark(x));
  for (double y = up.low; y <= up.high + up.step / 2; y += up.step)
    svg += fmt::format(
        R"(<line class="g" x1="{0}" x2="{1}" y1="{2:.1f}" y2="{2:.1f}"/><text class="a" x="{3}" y="{4:.1f}" text-anchor="end">{5}</text>)",
        left, width - right, y_at(y), left - 6, y_at(y) + 4, up.mark(y));
  svg += fmt::format(R"(<text class="n" x="{}" y="{}" text-anchor="middle">{}</text>)", (left + width - right) / 2,
                     height - 8, html_text(chart.x_name));
  svg += fmt::format(R"svg(<text class="n" transform="translate(13,{}) rotate(-90)" text-anchor="middle">{}</text>)svg",
                     (top + height - bottom) / 2, html_text(chart.y_name));
  std::size_t named = 0;
  for (const ChartLine& line : chart.lines) {
    const std::string_view colour = chart_colours[static_cast<std::size_t>(line.colour) % chart_colours.size()];
    std::string points;
    for (const auto& [x, y] : line.points)
      if (std::isfinite(x) && std::isfinite(y)) points += fmt::format("{:.1f},{:.1f} ", x_at(x), y_at(y));
    svg += fmt::format(R"(<polyline points="{}" stroke="{}"{}/>)", points, colour,
                       line.is_dashed ? R"( stroke-dasharray="4 4")" : "");
    if (line.name.empty()) continue;
    const double y = top + 12 + 15 * static_cast<double>(named++);
    svg += fmt::format(
        R"(<line x1="{0}" x2="{1}" y1="{2}" y2="{2}" stroke="{3}" stroke-width="3"/><text class="a" x="{4}" y="{5}" text-anchor="end">{6}</text>)",
        width - right - 22, width - right - 6, y, colour, width - right - 28, y + 4, html_text(line.name));
  }
  return svg + "</svg>";
}

}  // namespace workflow
