#include <fmt/format.h>

#include "app/exchange.h"
#include "app/record_json.h"
#include "workflow/base/error.h"

namespace workflow {

void write_json_lines(Database& db, AtomicFile& out) {
  each_input(db, [&](const InputRecord& record) {
    Json line = Json::object({{"id", record.input.id}, {"width", record.input.width}, {"height", record.input.height}});
    if (!record.input.metadata.is_null()) line["metadata"] = record.input.metadata;
    Json annotations = Json::array();
    for (const AnnotationRecord& it : record.annotations) annotations.push_back(record_to_json(it));
    line["annotations"] = std::move(annotations);
    out.write(line.dump() + "\n");
  });
}

void read_json_lines(std::string_view text, Restoring& into) {
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    try {
      const Json json = Json::parse(line);
      InputRecord record{.input = {.id = json.at("id").string()}};
      record.input.width = pixels_of(json, "width");
      record.input.height = pixels_of(json, "height");
      if (const Json* metadata = json.find("metadata")) record.input.metadata = *metadata;
      if (const Json* annotations = json.find("annotations"))
        for (const Json& each : annotations->items()) record.annotations.push_back(record_from_json(each, record.input.id));
      into.add(record);
    } catch (const Error& error) {
      throw Error(error.code(), "app", fmt::format("line {}: {}", number, error.text()));
    }
  }
}

}  // namespace workflow
