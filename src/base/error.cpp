#include "workflow/base/error.h"

#include <fmt/format.h>

namespace workflow {
namespace {

constexpr std::size_t longest_first_line = 200;

// Cuts the middle out of a line that is too long, never inside a UTF-8 sequence: its two ends tell the most.
std::string shortened(const std::string& line) {
  if (line.size() <= longest_first_line) return line;
  const auto is_continuation = [&](std::size_t i) { return (static_cast<unsigned char>(line[i]) & 0xC0U) == 0x80U; };
  std::size_t head = 120;
  std::size_t tail = line.size() - (longest_first_line - head - 3);
  while (head > 0 && is_continuation(head)) --head;
  while (tail < line.size() && is_continuation(tail)) ++tail;
  return line.substr(0, head) + "..." + line.substr(tail);
}

std::string message(const std::string& place, const std::string& text, const Where& where) {
  std::string head = place;
  if (!where.graph.empty()) head = where.step.empty() ? where.graph : where.graph + "/" + where.step;
  std::string line = head.empty() ? std::string() : "[" + head + "] ";
  if (!where.input.empty()) line += fmt::format("input \"{}\": ", where.input);
  line += text;
  const auto end = line.find('\n');
  if (end == std::string::npos) return shortened(line);
  return shortened(line.substr(0, end)) + line.substr(end);
}

}  // namespace

Error::Error(ErrorCode code, std::string_view place, std::string_view text)
    : Error(code, std::string(place), std::string(text), Where{}) {}

Error::Error(ErrorCode code, std::string place, std::string text, Where where)
    : std::runtime_error(message(place, text, where)),
      code_(code),
      place_(std::move(place)),
      text_(std::move(text)),
      where_(std::move(where)) {}

Error Error::at(const Where& where) const {
  Where merged = where_;
  if (merged.graph.empty()) merged.graph = where.graph;
  if (merged.step.empty()) merged.step = where.step;
  if (merged.input.empty()) merged.input = where.input;
  return {code_, place_, text_, std::move(merged)};
}

}  // namespace workflow
