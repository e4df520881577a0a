#include "train/detection_report.h"

#include <fmt/format.h>

#include <algorithm>

#include "show/html_text.h"
#include "show/plain_text.h"

namespace workflow {
namespace {

constexpr std::size_t most_lines = 30, most_rows = 100;

std::string share(const std::optional<double>& value) { return value ? fmt::format("{:.3f}", *value) : "-"; }

std::string name(const std::string& full) {
  const auto lines = plain_lines(full, 28, 1);
  return lines.empty() ? "" : lines.front();
}

// What a reader wants to see first: where it is worst.
std::vector<ConceptDetection> worst_first(const DetectionQuality& quality) {
  std::vector<ConceptDetection> list = quality.concepts;
  std::ranges::stable_sort(list, {}, [](const ConceptDetection& each) { return each.ap.value_or(2); });
  return list;
}

}  // namespace

std::string detection_text(const DetectionQuality& q) {
  std::string text = fmt::format("mAP {}  mAP50 {}  mAP75 {}  small {}  medium {}  large {}\n", share(q.map),
                                 share(q.map_50), share(q.map_75), share(q.small), share(q.medium), share(q.large));
  text += fmt::format("{:<28} {:>8} {:>7} {:>7}\n", "concept", "boxes", "AP", "AP50");
  const auto list = worst_first(q);
  for (std::size_t i = 0; i < std::min(list.size(), most_lines); ++i)
    text += fmt::format("{:<28} {:>8} {:>7} {:>7}\n", name(list[i].name), list[i].boxes, share(list[i].ap),
                        share(list[i].ap_50));
  if (list.size() > most_lines) text += fmt::format("... and {} more concepts\n", list.size() - most_lines);
  return text;
}

std::string detection_html(const DetectionQuality& q) {
  std::string html = fmt::format(
      "<p>mAP {} (IoU 0.50 to 0.95), at 0.50 {}, at 0.75 {}; of small boxes {}, of medium ones {}, of large ones {}.</p>"
      "<table><tr><th>concept</th><th>held-out boxes</th><th>AP</th><th>AP at 0.50</th></tr>",
      share(q.map), share(q.map_50), share(q.map_75), share(q.small), share(q.medium), share(q.large));
  const auto list = worst_first(q);
  for (std::size_t i = 0; i < std::min(list.size(), most_rows); ++i)
    html += fmt::format("<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>", html_text(list[i].name), list[i].boxes,
                        share(list[i].ap), share(list[i].ap_50));
  html += "</table>";
  if (list.size() > most_rows) html += fmt::format("<p>The {} worst concepts of {}.</p>", most_rows, list.size());
  return html;
}

}  // namespace workflow
