#include "app/filter_sql.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/in_quotes.h"
#include "workflow/base/error.h"

namespace workflow {
namespace {

std::string codes(const std::vector<Status>& status) {
  std::vector<int> codes;
  for (const Status each : status) codes.push_back(static_cast<int>(each));
  return fmt::format("{}", fmt::join(codes, ", "));
}

// SQLite's path to "camera.lens": $."camera"."lens".
std::string json_path(const std::string& member) {
  std::string path = "$";
  for (std::size_t at = 0;;) {
    const std::size_t dot = member.find('.', at);
    const std::string name = member.substr(at, dot - at);
    if (name.empty() || name.find('"') != std::string::npos)
      throw Error(ErrorCode::InvalidSetting, "search",
                  fmt::format("where: wanted the name of a metadata member, \"camera\" or \"camera.lens\", got {}", in_quotes(member)));
    path += fmt::format(".\"{}\"", name);
    if (dot == std::string::npos) return path;
    at = dot + 1;
  }
}

}  // namespace

FilterSql::FilterSql(const SearchFilter& filter, int first) : first_(first) {
  const std::string counts = filter.status.empty() ? fmt::format("a.status <> {}", static_cast<int>(Status::ReviewDenied))
                                                   : fmt::format("a.status IN ({})", codes(filter.status));
  for (const std::string& name : filter.concepts) add(fmt::format("i.id IN {}", with_concept(name, counts)));
  for (const std::string& name : filter.not_concepts) add(fmt::format("i.id NOT IN {}", with_concept(name, counts)));
  if (!filter.status.empty()) add(fmt::format("i.id IN (SELECT a.input FROM annotations a WHERE {})", counts));
  if (!filter.not_status.empty())
    add(fmt::format("i.id NOT IN (SELECT a.input FROM annotations a WHERE a.status IN ({}))", codes(filter.not_status)));
  for (const auto& [member, value] : filter.where) add(where_equal(member, value));
  for (const auto& [member, value] : filter.where_not) add(fmt::format("({}) IS NOT TRUE", where_equal(member, value)));
}

std::string FilterSql::parameter(Json value) {
  values_.push_back(std::move(value));
  return fmt::format("?{}", first_ + static_cast<int>(values_.size()) - 1);
}

void FilterSql::add(const std::string& condition) { condition_ += fmt::format(" AND {}", condition); }

std::string FilterSql::with_concept(const std::string& name, const std::string& counts) {
  return fmt::format(
      R"((SELECT a.input FROM labels l JOIN annotations a ON a.id = l.annotation
          WHERE l.of_model = 0 AND l.concept = (SELECT id FROM concepts WHERE name = {}) AND {}))",
      parameter(name), counts);
}

// A number is equal to the same number, whole or not; a list or an object to one that is written alike.
std::string FilterSql::where_equal(const std::string& member, const Json& value) {
  const std::string path = parameter(json_path(member));
  const std::string type = fmt::format("json_type(i.metadata, {})", path);
  if (value.is_null()) return fmt::format("({0} = 'null' OR {0} IS NULL)", type);
  if (value.is_boolean()) return fmt::format("{} = '{}'", type, value.boolean() ? "true" : "false");
  if (value.is_string()) return fmt::format("({} = 'text' AND json_extract(i.metadata, {}) = {})", type, path, parameter(value));
  if (value.is_number())
    return fmt::format("({} IN ('integer', 'real') AND json_extract(i.metadata, {}) = {})", type, path, parameter(value));
  return fmt::format("json_extract(i.metadata, {}) = json({})", path, parameter(value.dump()));
}

void FilterSql::bind(Query& query) const {
  int at = first_;
  for (const Json& value : values_) {
    if (value.is_integer())
      query.bind_at(at++, value.integer());
    else if (value.is_number())
      query.bind_at(at++, value.number());
    else
      query.bind_at(at++, value.string());
  }
}

}  // namespace workflow
