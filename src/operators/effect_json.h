#pragma once

#include "workflow/graph/effect.h"
#include "workflow/values/json.h"

namespace workflow {

/// Where an effect comes from, and the value that passed: what a line of a file or the body of an event holds.
inline Json effect_json(Json value, const EffectContext& context) {
  Json path = Json::array();
  for (const std::uint32_t at : context.path) path.push_back(static_cast<std::int64_t>(at));
  Json json = Json::object({{"input", context.input_id},
                            {"path", std::move(path)},
                            {"graph", context.graph},
                            {"graph_version", context.graph_version},
                            {"step", context.step},
                            {"run", context.run}});
  if (!context.model.empty()) json["model"] = context.model;
  if (context.moment)
    json["moment"] = Json::object({{"frame", context.moment->frame}, {"seconds", context.moment->seconds}});
  if (context.region) json["bounding_box"] = json_of(*context.region);
  json["value"] = std::move(value);
  return json;
}

}  // namespace workflow
