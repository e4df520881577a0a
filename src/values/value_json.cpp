#include "workflow/values/json.h"

namespace workflow {
namespace {

Json points_json(const std::vector<Point>& points) {
  Json list = Json::array();
  for (const Point& point : points) list.push_back(Json::object({{"row", point.y}, {"col", point.x}}));
  return list;
}

}  // namespace

Json json_of(const Image& image) { return Json::object({{"width", image.width()}, {"height", image.height()}}); }

Json json_of(const Text& text) { return Json::object({{"raw", text.text}}); }

Json json_of(const Box& box) {
  return Json::object({{"top_row", box.top}, {"left_col", box.left}, {"bottom_row", box.bottom}, {"right_col", box.right}});
}

Json json_of(const Region& region) {
  Json json =
      Json::object({{"value", region.score}, {"bounding_box", json_of(region.box)}, {"concepts", json_of(region.concepts)}});
  if (!region.points.empty()) json["points"] = points_json(region.points);
  if (region.track) json["track"] = *region.track;
  return json;
}

Json json_of(const Concepts& concepts) {
  Json list = Json::array();
  for (const Concept& it : concepts) list.push_back(Json::object({{"name", it.name}, {"value", it.score}}));
  return list;
}

Json json_of(const Embedding& embedding) {
  Json vector = Json::array();
  for (const float number : embedding.values) vector.push_back(number);
  return vector;
}

Json json_of(const Landmarks& landmarks) { return points_json(landmarks.points); }

Json json_of(const Hits& hits) {
  Json list = Json::array();
  for (const Hit& hit : hits)
    list.push_back(Json::object({{"input", hit.input_id},
                                 {"value", hit.score},
                                 {"concepts", json_of(hit.concepts)},
                                 {"annotation", hit.annotation},
                                 {"app", hit.app}}));
  return list;
}

}  // namespace workflow
