#include "workflow/model/spec.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/in_quotes.h"
#include "base/json_reader.h"

namespace workflow {
namespace {

constexpr std::array<std::string_view, 2> inputs = {"image", "text"};
constexpr std::array<std::string_view, 4> outputs = {"regions", "concepts", "embedding", "landmarks"};
constexpr std::array<std::string_view, 3> schemes = {"https://", "http://", "file://"};

WeightsLocation weights_location(const Json& json, const std::string& id) {
  JsonReader reader(json, id + ": weights");
  WeightsLocation location{reader.string("url"), reader.string("sha256")};
  const bool is_url = std::ranges::any_of(schemes, [&](auto scheme) { return location.url.starts_with(scheme); });
  if (!is_url) reader.fail(fmt::format("\"url\": wanted one of http, https or file, got {}", in_quotes(location.url)));
  const auto is_digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  if (location.sha256.size() < 8 || location.sha256.size() > 64 || !std::ranges::all_of(location.sha256, is_digit))
    reader.fail(fmt::format("\"sha256\": wanted 8 to 64 digits of 0-9 a-f, got {}", in_quotes(location.sha256)));
  reader.finish();
  return location;
}

}  // namespace

// An id is a folder's name and part of a graph's JSON: nothing in it may lead out of the catalogue's folder.
bool is_model_id(std::string_view id) {
  const auto is_allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
  };
  return !id.empty() && id.size() <= 64 && id.front() != '.' && std::ranges::all_of(id, is_allowed);
}

std::string ModelSpec::name() const { return fmt::format("{}@{}", id, version); }

Json ModelSpec::to_json() const {
  Json list = Json::array();
  for (const std::string& tag : tags) list.push_back(tag);
  Json json = Json::object({{"id", id},
                            {"version", version},
                            {"task", task},
                            {"input", input},
                            {"output", output},
                            {"architecture", architecture},
                            {"settings", settings},
                            {"preprocessing", preprocessing},
                            {"decoding", decoding},
                            {"licence", licence},
                            {"source", source},
                            {"description", description},
                            {"trained_on", trained_on},
                            {"tags", list},
                            {"metrics", metrics}});
  if (!trained_by.empty()) json["trained_by"] = trained_by;
  if (!date.empty()) json["date"] = date;
  if (!weights.url.empty()) json["weights"] = Json::object({{"url", weights.url}, {"sha256", weights.sha256}});
  if (!mirror.empty()) json["mirror"] = mirror;
  return json;
}

ModelSpec ModelSpec::from_json(const Json& json) {
  const Json* named = json.is_object() ? json.find("id") : nullptr;
  JsonReader reader(json, named && named->is_string() ? "model.json of " + named->string().substr(0, 64) : "model.json");
  ModelSpec spec;
  spec.id = reader.string("id");
  if (!is_model_id(spec.id))
    reader.fail(fmt::format("\"id\": wanted 1 to 64 of a-z 0-9 - _ . with no dot first, got {}", in_quotes(spec.id)));
  spec.version = static_cast<int>(reader.integer("version", 1, 1'000'000));
  spec.task = reader.string("task");
  spec.input = inputs[reader.choice("input", inputs)];
  spec.output = outputs[reader.choice("output", outputs)];
  if (spec.input == "text" && (spec.output == "regions" || spec.output == "landmarks"))
    reader.fail(fmt::format("\"output\": wanted concepts or an embedding of a text, got {}", spec.output));
  spec.architecture = reader.string("architecture");
  spec.settings = reader.json_or_null("settings");
  spec.preprocessing = reader.json_or_null("preprocessing");
  spec.decoding = reader.json_or_null("decoding");
  spec.licence = reader.string("licence");
  spec.source = reader.string("source");
  spec.mirror = reader.string_or("mirror", {});
  if (!spec.mirror.empty() && !is_model_id(spec.mirror))
    reader.fail(fmt::format("\"mirror\": wanted a file's name without its ending, got {}", in_quotes(spec.mirror)));
  spec.description = reader.string("description");
  spec.trained_on = reader.string("trained_on");
  spec.tags = reader.strings_or_none("tags");
  spec.metrics = reader.json_or_null("metrics");
  spec.trained_by = reader.string_or("trained_by", {});
  spec.date = reader.string_or("date", {});
  if (const Json weights = reader.json_or_null("weights"); !weights.is_null())
    spec.weights = weights_location(weights, spec.id);
  reader.finish();
  return spec;
}

}  // namespace workflow
