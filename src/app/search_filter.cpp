#include <fmt/format.h>

#include "base/in_quotes.h"
#include "base/nearest.h"
#include "workflow/app/search.h"
#include "workflow/base/error.h"

namespace workflow {
namespace {

using Members = std::vector<std::pair<std::string, Json>>;

[[noreturn]] void refuse(const std::string& text) { throw Error(ErrorCode::InvalidSetting, "filter", text); }

std::vector<std::string> strings_in(const Json& json, std::string_view name) {
  std::vector<std::string> strings;
  if (!json.is_array()) refuse(fmt::format("{}: wanted a list, got {}", name, json.type_name()));
  for (const Json& each : json.items()) {
    if (!each.is_string()) refuse(fmt::format("{}: wanted names, got {}", name, each.type_name()));
    strings.push_back(each.string());
  }
  return strings;
}

std::vector<Status> statuses_in(const Json& json, std::string_view name) {
  std::vector<Status> read;
  for (const std::string& word : strings_in(json, name)) read.push_back(status_of(word));
  return read;
}

Members members_in(const Json& json, std::string_view name) {
  if (!json.is_object()) refuse(fmt::format("{}: wanted an object, got {}", name, json.type_name()));
  return json.members();
}

void put(Json& json, std::string_view name, const std::vector<std::string>& names) {
  for (const std::string& each : names) json[name].push_back(each);
}

void put(Json& json, std::string_view name, const std::vector<Status>& statuses) {
  for (const Status each : statuses) json[name].push_back(word_of(each));
}

void put(Json& json, std::string_view name, const Members& members) {
  for (const auto& [member, value] : members) json[name][member] = value;
}

}  // namespace

bool SearchFilter::empty() const {
  return concepts.empty() && not_concepts.empty() && status.empty() && not_status.empty() && where.empty() && where_not.empty();
}

Json SearchFilter::to_json() const {
  Json json = Json::object();
  put(json, "concepts", concepts);
  put(json, "not_concepts", not_concepts);
  put(json, "status", status);
  put(json, "not_status", not_status);
  put(json, "where", where);
  put(json, "where_not", where_not);
  return json;
}

SearchFilter SearchFilter::from_json(const Json& json) {
  SearchFilter filter;
  if (json.is_null()) return filter;
  if (!json.is_object()) refuse(fmt::format("wanted an object, got {}", json.type_name()));
  const std::vector<std::string_view> known = {"concepts", "not_concepts", "status", "not_status", "where", "where_not"};
  for (const auto& [name, value] : json.members()) {
    if (name == "concepts")
      filter.concepts = strings_in(value, name);
    else if (name == "not_concepts")
      filter.not_concepts = strings_in(value, name);
    else if (name == "status")
      filter.status = statuses_in(value, name);
    else if (name == "not_status")
      filter.not_status = statuses_in(value, name);
    else if (name == "where")
      filter.where = members_in(value, name);
    else if (name == "where_not")
      filter.where_not = members_in(value, name);
    else
      refuse(fmt::format("unknown member {}{}", in_quotes(name), did_you_mean(name, known)));
  }
  return filter;
}

}  // namespace workflow
