#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>

#include "app/csv.h"
#include "app/exchange.h"
#include "app/record_json.h"
#include "app/time_text.h"
#include "base/in_quotes.h"
#include "workflow/base/error.h"

namespace workflow {
namespace {

// A row a concept; of an annotation with several, the further rows repeat its id and say nothing but their concept. What a
// table has no use for stands in "details", as JSON.
constexpr std::array<std::string_view, 18> columns = {"input_id", "width", "height", "metadata", "id",     "concept",
                                                      "score",    "left",  "top",    "right",    "bottom", "status",
                                                      "by",       "reviewed_by", "task", "created", "modified", "details"};
using Fields = std::map<std::string_view, std::string>;

void write_row(AtomicFile& out, const Fields& fields) {
  std::string line;
  for (const std::string_view column : columns) {
    if (!line.empty() || column != columns.front()) line += ',';
    if (const auto found = fields.find(column); found != fields.end()) line += csv_field(found->second);
  }
  out.write(line + "\r\n");
}

std::string number_text(float number) { return Json(number).dump(); }

// What has a column of its own is not said twice.
Json details_of(const AnnotationRecord& record) {
  Json json = Json::object();
  for (const auto& [name, value] : record_to_json(record).members())
    if (name != "region" && name != "concepts" && std::find(columns.begin(), columns.end(), name) == columns.end()) json[name] = value;
  return json;
}

void write_annotation(AtomicFile& out, Fields fields, const AnnotationRecord& record) {
  const Annotation& it = record.annotation;
  fields["id"] = std::to_string(it.id);
  Fields again = {{"input_id", it.input_id}, {"id", fields["id"]}};
  if (it.region) {
    fields["left"] = number_text(it.region->left);
    fields["top"] = number_text(it.region->top);
    fields["right"] = number_text(it.region->right);
    fields["bottom"] = number_text(it.region->bottom);
  }
  fields["status"] = word_of(it.status);
  fields["by"] = it.by;
  fields["reviewed_by"] = it.reviewed_by;
  fields["task"] = it.task;
  fields["created"] = time_text(it.created);
  fields["modified"] = time_text(it.modified);
  fields["details"] = details_of(record).dump();
  for (const Concept& each : it.concepts) {
    fields["concept"] = each.name;
    fields["score"] = number_text(each.score);
    write_row(out, fields);
    fields = again;
  }
  if (it.concepts.empty()) write_row(out, fields);
}

Json number_in(const Fields& row, std::string_view column) {
  const auto found = row.find(column);
  const std::string text = found == row.end() ? "" : found->second;
  double number = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (fault != std::errc() || end != text.data() + text.size())
    throw Error(ErrorCode::Unreadable, "csv", fmt::format("{}: wanted a number, got {}", column, in_quotes(text)));
  if (std::int64_t whole = 0; std::from_chars(text.data(), end, whole).ptr == end) return whole;
  return number;
}

bool has(const Fields& row, std::string_view column) {
  const auto found = row.find(column);
  return found != row.end() && !found->second.empty();
}

/// Rows as they are gathered to inputs with their annotations.
class Gathering {
 public:
  explicit Gathering(Restoring& into) : into_(into) {}

  void take(const Fields& row) {
    if (!has(row, "input_id")) throw Error(ErrorCode::Unreadable, "csv", "input_id: wanted the input that it is about, got an empty field");
    if (row.at("input_id") != record_.input.id) begin(row);
    std::vector<Concept> concepts;
    if (has(row, "concept"))
      concepts.push_back({row.at("concept"), has(row, "score") ? static_cast<float>(number_in(row, "score").number()) : 1.0f});
    const std::int64_t id = has(row, "id") ? number_in(row, "id").integer() : 0;
    if (id == 0 && concepts.empty()) return;  // an input without annotations
    if (id > 0 && !record_.annotations.empty() && record_.annotations.back().annotation.id == id) {
      Concepts& before = record_.annotations.back().annotation.concepts;
      concepts.insert(concepts.end(), before.begin(), before.end());
      before = Concepts(std::move(concepts));
      return;
    }
    Json json = has(row, "details") ? Json::parse(row.at("details")) : Json::object();
    json["id"] = id;
    if (has(row, "left")) json["region"] = Json::array({number_in(row, "left"), number_in(row, "top"), number_in(row, "right"), number_in(row, "bottom")});
    for (const std::string_view name : {"status", "by", "reviewed_by", "task", "created", "modified"})
      if (has(row, name)) json[name] = row.at(name);
    record_.annotations.push_back(record_from_json(json, record_.input.id));
    record_.annotations.back().annotation.concepts = Concepts(std::move(concepts));
  }

  void finish() {
    if (!record_.input.id.empty()) into_.add(record_);
    record_ = {};
  }

 private:
  void begin(const Fields& row) {
    finish();
    Json json = Json::object();
    for (const std::string_view side : {"width", "height"})
      if (has(row, side)) json[side] = number_in(row, side);
    record_.input = {.id = row.at("input_id"), .width = pixels_of(json, "width"), .height = pixels_of(json, "height")};
    if (has(row, "metadata")) record_.input.metadata = Json::parse(row.at("metadata"));
  }

  Restoring& into_;
  InputRecord record_;
};

}  // namespace

void write_csv(Database& db, AtomicFile& out) {
  out.write(fmt::format("{}\r\n", fmt::join(columns, ",")));
  each_input(db, [&](const InputRecord& record) {
    Fields fields = {{"input_id", record.input.id},
                     {"width", std::to_string(record.input.width)},
                     {"height", std::to_string(record.input.height)}};
    if (!record.input.metadata.is_null()) fields["metadata"] = record.input.metadata.dump();
    for (const AnnotationRecord& it : record.annotations) write_annotation(out, fields, it);
    if (record.annotations.empty()) write_row(out, fields);
  });
}

void read_csv(std::string_view text, Restoring& into) {
  CsvReader reader(text);
  try {
    const auto names = reader.next();
    if (!names || std::find(names->begin(), names->end(), "input_id") == names->end())
      throw Error(ErrorCode::Unreadable, "csv", fmt::format("wanted a first line with the columns {}", fmt::join(columns, ",")));
    Gathering gathering(into);
    while (const auto row = reader.next()) {
      if (row->size() == 1 && row->front().empty()) continue;  // an empty line
      if (row->size() != names->size())
        throw Error(ErrorCode::Unreadable, "csv", fmt::format("wanted {} fields, got {}", names->size(), row->size()));
      Fields fields;
      for (std::size_t i = 0; i < row->size(); ++i) fields[(*names)[i]] = (*row)[i];
      gathering.take(fields);
    }
    gathering.finish();
  } catch (const Error& error) {
    throw Error(error.code(), "csv", fmt::format("line {}: {}", reader.line(), error.text()));
  }
}

}  // namespace workflow
