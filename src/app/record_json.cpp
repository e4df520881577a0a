#include "app/record_json.h"

#include <fmt/format.h>

#include <limits>

#include "app/time_text.h"
#include "workflow/base/error.h"

namespace workflow {
namespace {

Json concepts_json(const Concepts& concepts) {
  Json list = Json::array();
  for (const Concept& it : concepts) list.push_back(Json::object({{"name", it.name}, {"score", it.score}}));
  return list;
}

Concepts concepts_of(const Json& list) {
  std::vector<Concept> concepts;
  for (const Json& it : list.items()) concepts.push_back({it.at("name").string(), static_cast<float>(it.at("score").number())});
  return Concepts(std::move(concepts));
}

Json moves_json(const std::vector<Move>& moves) {
  Json list = Json::array();
  for (const Move& it : moves)
    list.push_back(Json::object({{"at", time_text(it.at)},
                                 {"by", it.by},
                                 {"what", it.what},
                                 {"from", word_of(it.from.value_or(it.to))},
                                 {"to", word_of(it.to)},
                                 {"note", it.note}}));
  return list;
}

}  // namespace

Json why_to_json(const std::vector<Reason>& reasons) {
  Json list = Json::array();
  for (const Reason& it : reasons)
    list.push_back(Json::object({{"concept", it.concept_name}, {"text", it.text}, {"step", it.step}, {"path", path_text(it.path)}}));
  return list;
}

std::vector<Reason> why_from_json(const Json& json) {
  std::vector<Reason> reasons;
  for (const Json& it : json.items())
    reasons.push_back({.concept_name = it.at("concept").string(),
                       .text = it.at("text").string(),
                       .step = it.at("step").string(),
                       .path = path_of_text(it.at("path").string())});
  return reasons;
}

Json record_to_json(const AnnotationRecord& record) {
  const Annotation& it = record.annotation;
  Json json = Json::object({{"id", it.id}});
  const auto add = [&](std::string_view name, const std::string& text) {
    if (!text.empty()) json[name] = text;
  };
  add("path", path_text(it.path));
  if (it.region) json["region"] = Json::array({it.region->left, it.region->top, it.region->right, it.region->bottom});
  if (it.moment) {
    json["frame"] = it.moment->frame;
    json["seconds"] = it.moment->seconds;
  }
  json["concepts"] = concepts_json(it.concepts);
  if (it.model_concepts) json["model_concepts"] = concepts_json(*it.model_concepts);
  json["status"] = word_of(it.status);
  json["by"] = it.by;
  add("reviewed_by", it.reviewed_by);
  add("run", it.run);
  add("task", it.task);
  if (!it.info.is_null()) json["info"] = it.info;
  add("graph", it.graph);
  add("graph_version", it.graph_version);
  add("step", it.step);
  add("model", it.model);
  if (!record.bands.is_null()) json["bands"] = record.bands;
  json["submitted"] = word_of(record.submitted);
  json["revision"] = it.revision;
  json["created"] = time_text(it.created);
  json["modified"] = time_text(it.modified);
  if (!record.why.empty()) json["why"] = why_to_json(record.why);
  if (!record.moves.empty()) json["moves"] = moves_json(record.moves);
  return json;
}

AnnotationRecord record_from_json(const Json& json, const std::string& input_id) {
  AnnotationRecord record;
  Annotation& it = record.annotation;
  it.input_id = input_id;
  const auto text = [&](std::string_view name) {
    const Json* found = json.find(name);
    return found ? found->string() : std::string();
  };
  if (const Json* id = json.find("id")) it.id = id->integer();
  it.path = path_of_text(text("path"));
  if (const Json* region = json.find("region")) {
    if (region->items().size() != 4) throw Error(ErrorCode::Unreadable, "annotation", "region: wanted left, top, right, bottom");
    const auto edge = [&](std::size_t i) { return static_cast<float>(region->at(i).number()); };
    it.region = Box{edge(0), edge(1), edge(2), edge(3)};
  }
  if (const Json* frame = json.find("frame")) it.moment = Moment{frame->integer(), json.at("seconds").number()};
  if (const Json* concepts = json.find("concepts")) it.concepts = concepts_of(*concepts);
  if (const Json* concepts = json.find("model_concepts")) it.model_concepts = concepts_of(*concepts);
  if (const Json* status = json.find("status")) it.status = status_of(status->string());
  it.by = text("by");
  if (it.by.empty()) it.by = "import";
  it.reviewed_by = text("reviewed_by");
  it.run = text("run");
  it.task = text("task");
  if (const Json* info = json.find("info")) it.info = *info;
  it.graph = text("graph");
  it.graph_version = text("graph_version");
  it.step = text("step");
  it.model = text("model");
  if (const Json* bands = json.find("bands")) record.bands = *bands;
  record.submitted = json.contains("submitted") ? status_of(json.at("submitted").string()) : it.status;
  if (const Json* revision = json.find("revision")) it.revision = revision->integer();
  if (const Json* created = json.find("created")) it.created = it.modified = time_of_text(created->string());
  if (const Json* modified = json.find("modified")) it.modified = time_of_text(modified->string());
  if (const Json* why = json.find("why")) record.why = why_from_json(*why);
  if (const Json* moves = json.find("moves"))
    for (const Json& each : moves->items())
      record.moves.push_back({.at = time_of_text(each.at("at").string()),
                              .by = each.at("by").string(),
                              .what = each.at("what").string(),
                              .from = status_of(each.at("from").string()),
                              .to = status_of(each.at("to").string()),
                              .note = each.at("note").string()});
  return record;
}

int pixels_of(const Json& json, std::string_view name) {
  const Json* found = json.find(name);
  if (!found) return 0;
  if (found->integer() >= 0 && found->integer() <= std::numeric_limits<int>::max()) return static_cast<int>(found->integer());
  throw Error(ErrorCode::InvalidValue, "annotation", fmt::format("{}: wanted pixels, got {}", name, found->integer()));
}

}  // namespace workflow
