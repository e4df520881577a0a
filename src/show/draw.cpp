#include "workflow/show/draw.h"

#include <fmt/format.h>

#include <functional>
#include <map>

#include "run/result_tree.h"
#include "show/canvas.h"

namespace workflow {
namespace {

// What is said of one item, best first: a line for each step that says something.
std::vector<std::string> words_for(const Result& result, const ResultNode& node) {
  std::vector<std::string> lines;
  const RunWindow& window = result.window();
  const auto say = [&](const Concepts& concepts) {
    if (!concepts.empty()) lines.push_back(fmt::format("{} {:.2f}", concepts.top().name, concepts.top().score));
  };
  if (node.region) {
    const Region& region = typed<Region>(*window.columns[node.region->step]).values[node.region->position];
    if (region.concepts.empty())
      lines.push_back(fmt::format("{:.2f}", region.score));
    else
      say(region.concepts);
    if (region.track) lines.back() += fmt::format(" #{}", *region.track);
  }
  for (const NodeValue& value : node.values) {
    const Step& step = window.drawing->steps[value.step];
    if (step.type == ValueType::of<Concepts>()) say(typed<Concepts>(*window.columns[value.step]).values[value.position]);
    if (step.type == ValueType::of<Text>()) lines.push_back(typed<Text>(*window.columns[value.step]).values[value.position].text);
  }
  return lines;
}

void collect(const Result& result, const ResultNode& node, std::map<std::string, int>& colours, std::vector<Label>& labels) {
  const RunWindow& window = result.window();
  if (node.region) {
    const Region& region = typed<Region>(*window.columns[node.region->step]).values[node.region->position];
    const std::string name = region.concepts.empty() ? "" : region.concepts.top().name;
    const int colour = colours.try_emplace(name, static_cast<int>(colours.size())).first->second;
    Label label{.box = box_on_input(result, *node.region),
                .text = fmt::format("{}", fmt::join(words_for(result, node), "\n")),
                .points = {},
                .colour_key = colour};
    const auto add_points = [&](const NodeValue& value, const std::vector<Point>& points) {
      for (const Point& point : points) label.points.push_back(point_on_input(result, value, point));
    };
    add_points(*node.region, region.points);
    for (const NodeValue& value : node.values)
      if (window.drawing->steps[value.step].type == ValueType::of<Landmarks>())
        add_points(value, typed<Landmarks>(*window.columns[value.step]).values[value.position].points);
    labels.push_back(std::move(label));
  }
  for (const auto& [place, child] : node.regions) collect(result, child, colours, labels);
  for (const auto& [place, child] : node.parts) collect(result, child, colours, labels);
}

}  // namespace

Image draw(const Result& result) {
  const Image* image = input_image(result);
  if (!image) {
    if (!result.ok()) throw result.error();
    throw Error(ErrorCode::InvalidValue, "draw", "wanted the result of a graph whose input is an image");
  }
  const ResultNode root = tree_of(result);
  std::map<std::string, int> colours;
  std::vector<Label> labels;
  collect(result, root, colours, labels);
  return draw_labels(*image, labels, words_for(result, root));
}

}  // namespace workflow
