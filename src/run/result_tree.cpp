#include "run/result_tree.h"

#include <set>

namespace workflow {
namespace {

bool is(const Step& step, const ValueType& type) { return step.type == type; }

// The last step on regions of a level that has a value for the item.
std::optional<NodeValue> region_at(const RunWindow& window, LevelId level, std::uint32_t item) {
  const auto& steps = window.drawing->steps;
  for (std::size_t id = steps.size(); id-- > 0;) {
    if (steps[id].level != level || !is(steps[id], ValueType::of<Region>())) continue;
    const std::size_t position = window.columns[id]->position(item);
    if (position != Column::none) return NodeValue{static_cast<StepId>(id), position};
  }
  return std::nullopt;
}

ResultNode& node_at(ResultNode& root, const RunWindow& window, LevelId level, std::uint32_t item) {
  if (level == 0) return root;
  ResultNode& parent = node_at(root, window, window.drawing->levels[level].parent, window.levels[level].parents[item]);
  const auto region = region_at(window, level, item);
  auto& siblings = region ? parent.regions : parent.parts;
  const auto [found, is_new] = siblings.try_emplace({level, item});
  if (is_new) {
    found->second.level = level;
    found->second.item = item;
    found->second.region = region;
  }
  return found->second;
}

std::set<StepId> shown_steps(const Drawing& drawing) {
  std::set<StepId> shown;
  std::set<StepId> read;
  for (StepId id = 0; id < drawing.steps.size(); ++id) {
    for (const StepId from : drawing.steps[id].from) read.insert(from);
    if (drawing.steps[id].named && drawing.steps[id].operation) shown.insert(id);
  }
  for (StepId id = 0; id < drawing.steps.size(); ++id)
    if (drawing.steps[id].operation && !read.contains(id)) shown.insert(id);
  return shown;
}

}  // namespace

ResultNode tree_of(const Result& result) {
  const RunWindow& window = result.window();
  ResultNode root;
  root.item = result.input();
  for (const StepId id : shown_steps(*window.drawing)) {
    const Step& step = window.drawing->steps[id];
    const detail::Span span = detail::values_of_input(window, id, result.input());
    for (std::size_t position = span.first; position < span.last; ++position) {
      ResultNode& node = node_at(root, window, step.level, window.columns[id]->items[position]);
      if (!is(step, ValueType::of<Region>())) node.values.push_back({id, position});
    }
  }
  return root;
}

const Image* image_under(const Result& result, const NodeValue& value) {
  const RunWindow& window = result.window();
  const Drawing& drawing = *window.drawing;
  const LevelId level = drawing.steps[value.step].level;
  const auto source = drawing.nearest_ancestor(value.step, ValueType::of<Image>(), level);
  if (!source) return nullptr;
  const std::uint32_t item = window.columns[value.step]->items[value.position];
  return typed<Image>(*window.columns[*source]).find(window.up(level, item, drawing.steps[*source].level));
}

const Image* input_image(const Result& result) {
  const RunWindow& window = result.window();
  for (StepId id = 0; id < window.drawing->steps.size(); ++id)
    if (!window.drawing->steps[id].operation && is(window.drawing->steps[id], ValueType::of<Image>()))
      return typed<Image>(*window.columns[id]).find(result.input());
  return nullptr;
}

namespace {

// Where the image that a value was found on stands on the input's own.
Box placement(const Result& result, const NodeValue& value) {
  const Image* under = image_under(result, value);
  const Image* whole = input_image(result);
  return under && whole ? whole->window().inner(under->window()) : Box{};
}

}  // namespace

Box box_on_input(const Result& result, const NodeValue& region) {
  return placement(result, region).outer(typed<Region>(*result.window().columns[region.step]).values[region.position].box);
}

Point point_on_input(const Result& result, const NodeValue& value, const Point& point) {
  const Box place = placement(result, value);
  return {place.left + point.x * place.width(), place.top + point.y * place.height()};
}

}  // namespace workflow
