#include <fmt/format.h>

#include <array>

#include "run/result_tree.h"

namespace workflow {
namespace {

Json box_json(const Box& box) {
  return Json::object({{"top_row", box.top}, {"left_col", box.left}, {"bottom_row", box.bottom}, {"right_col", box.right}});
}

Json concepts_json(const Concepts& concepts, const std::string& step, Json list) {
  for (const Concept& it : concepts)
    list.push_back(Json::object({{"id", it.name}, {"name", it.name}, {"value", it.score}, {"from", step}}));
  return list;
}

Json points_json(const Result& result, const NodeValue& value, const std::vector<Point>& points) {
  Json list = Json::array();
  for (const Point& point : points) {
    const Point placed = point_on_input(result, value, point);
    list.push_back(Json::object({{"row", placed.y}, {"col", placed.x}}));
  }
  return list;
}

Json taken(Json& data, std::string_view key) {
  Json* found = data.contains(key) ? &data[key] : nullptr;
  return found ? std::move(*found) : Json::array();
}

// A plain number or word that a host's own operator gave.
template <class... T>
Json plain_value(const Column& column, const ValueType& type, std::size_t position, std::type_identity<std::tuple<T...>>) {
  Json json;
  ((type == ValueType::of<T>() ? void(json = Json(typed<T>(column).values[position])) : void()), ...);
  return json;
}
using PlainValues = std::tuple<int, std::int64_t, std::size_t, float, double, std::string>;

void add_value(const Result& result, const NodeValue& value, Json& data) {
  const RunWindow& window = result.window();
  const Step& step = window.drawing->steps[value.step];
  const Column& column = *window.columns[value.step];
  const auto add = [&](std::string_view key, Json entry) {
    entry["from"] = step.name;
    Json list = taken(data, key);
    list.push_back(std::move(entry));
    data[key] = std::move(list);
  };
  if (step.type == ValueType::of<Concepts>()) {
    data["concepts"] = concepts_json(typed<Concepts>(column).values[value.position], step.name, taken(data, "concepts"));
  } else if (step.type == ValueType::of<Landmarks>()) {
    add("landmarks", Json::object({{"points", points_json(result, value, typed<Landmarks>(column).values[value.position].points)}}));
  } else if (step.type == ValueType::of<Embedding>()) {
    Json vector = Json::array();
    for (const float number : typed<Embedding>(column).values[value.position].values) vector.push_back(number);
    add("embeddings", Json::object({{"num_dimensions", vector.size()}, {"vector", vector}}));
  } else if (step.type == ValueType::of<Text>()) {
    add("texts", Json::object({{"raw", typed<Text>(column).values[value.position].text}}));
  } else if (step.type == ValueType::of<Image>()) {
    const Image& image = typed<Image>(column).values[value.position];
    add("images", Json::object({{"width", image.width()}, {"height", image.height()}}));
  } else if (Json plain = plain_value(column, step.type, value.position, std::type_identity<PlainValues>{}); !plain.is_null()) {
    add("values", Json::object({{"value", std::move(plain)}}));
  }
}

Json node_json(const Result& result, const ResultNode& node);

Json data_json(const Result& result, const ResultNode& node) {
  Json data = Json::object();
  if (node.region) {
    const RunWindow& window = result.window();
    const Region& region = typed<Region>(*window.columns[node.region->step]).values[node.region->position];
    if (!region.concepts.empty())
      data["concepts"] = concepts_json(region.concepts, window.drawing->steps[node.region->step].name, Json::array());
    if (!region.points.empty())
      data["landmarks"] = Json::array({Json::object({{"points", points_json(result, *node.region, region.points)},
                                                     {"from", window.drawing->steps[node.region->step].name}})});
  }
  for (const NodeValue& value : node.values) add_value(result, value, data);
  const auto add_children = [&](std::string_view key, const auto& children) {
    if (children.empty()) return;
    Json list = Json::array();
    for (const auto& [place, child] : children) list.push_back(node_json(result, child));
    data[key] = std::move(list);
  };
  add_children("regions", node.regions);
  add_children("parts", node.parts);
  return data;
}

Json node_json(const Result& result, const ResultNode& node) {
  const RunWindow& window = result.window();
  Json json = Json::object({{"id", fmt::format("{}", fmt::join(detail::path_of(window, node.level, node.item), "/"))}});
  if (node.region) {
    const Region& region = typed<Region>(*window.columns[node.region->step]).values[node.region->position];
    json["value"] = region.score;
    if (region.track) json["track"] = *region.track;
    json["region_info"] = Json::object({{"bounding_box", box_json(box_on_input(result, *node.region))}});
  }
  json["data"] = data_json(result, node);
  return json;
}

}  // namespace

Json Result::to_json() const {
  Json json = Json::object({{"id", id()}, {"graph", window_->drawing->name}});
  if (moment()) json["moment"] = Json::object({{"frame", moment()->frame}, {"seconds", moment()->seconds}});
  json["ok"] = ok();
  if (!ok()) {
    Json messages = Json::array();
    for (const Error& error : errors()) messages.push_back(error.what());
    json["errors"] = std::move(messages);
  }
  if (const Image* image = input_image(*this)) json["image"] = Json::object({{"width", image->width()}, {"height", image->height()}});
  json["data"] = data_json(*this, tree_of(*this));
  return json;
}

}  // namespace workflow
