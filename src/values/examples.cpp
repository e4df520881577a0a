#include "workflow/values/examples.h"

#include <fmt/format.h>

#include <cmath>

#include "base/in_quotes.h"
#include "base/mapped_file.h"
#include "workflow/base/error.h"

namespace workflow {
namespace {

template <class... Parts>
[[noreturn]] void refuse(fmt::format_string<Parts...> text, Parts&&... parts) {
  throw Error(ErrorCode::InvalidValue, "examples", fmt::format(text, std::forward<Parts>(parts)...));
}

Example read_example(const Json& json, std::size_t at) {
  const Json* name = json.find("concept");
  const Json* numbers = json.find("embedding");
  if (!name || !name->is_string() || !numbers || !numbers->is_array() || json.size() != 2)
    refuse(R"(example {}: wanted {{"concept": "cat", "embedding": [0.9, 0.1]}})", at);
  Example example{.concept_name = name->string(), .embedding = {}};
  example.embedding.values.reserve(numbers->size());
  for (const Json& number : numbers->items()) {
    if (!number.is_number()) refuse("example {}: wanted numbers in its embedding, got {}", at, number.type_name());
    example.embedding.values.push_back(static_cast<float>(number.number()));
  }
  return example;
}

}  // namespace

Examples::Examples() : list_(std::make_shared<const std::vector<Example>>()) {}

Examples::Examples(std::vector<Example> list) {
  for (std::size_t i = 0; i < list.size(); ++i) {
    const auto& values = list[i].embedding.values;
    if (list[i].concept_name.empty()) refuse("example {}: wanted a concept's name, got an empty one", i);
    if (values.empty() || values.size() != list.front().embedding.values.size())
      refuse("example {}: wanted an embedding of {} numbers, as the first one's, got {}", i,
             list.front().embedding.values.empty() ? "some" : std::to_string(list.front().embedding.values.size()), values.size());
    for (const float number : values)
      if (!std::isfinite(number)) refuse("example {}, {}: wanted an embedding of numbers, got NaN or infinity", i, in_quotes(list[i].concept_name));
  }
  list_ = std::make_shared<const std::vector<Example>>(std::move(list));
}

Examples Examples::load(const std::string& file) {
  const MappedFile mapped(file, "examples");
  const auto bytes = mapped.bytes();
  const Json json = Json::parse({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  if (!json.is_array()) throw Error(ErrorCode::Unreadable, "examples", fmt::format("{}: wanted a list, got {}", in_quotes(file), json.type_name()));
  Examples examples = from_json(json);
  examples.file_ = file;
  return examples;
}

Json Examples::to_json() const {
  if (!file_.empty()) return Json::object({{"file", file_}});
  Json list = Json::array();
  for (const Example& example : *list_) {
    Json numbers = Json::array();
    for (const float number : example.embedding.values) numbers.push_back(number);
    list.push_back(Json::object({{"concept", example.concept_name}, {"embedding", std::move(numbers)}}));
  }
  return list;
}

Examples Examples::from_json(const Json& json) {
  if (const Json* file = json.find("file"); file && file->is_string() && json.size() == 1) return load(file->string());
  if (!json.is_array()) refuse(R"(wanted a list of examples or {{"file": "known.json"}}, got {})", json.type_name());
  std::vector<Example> list;
  for (const Json& each : json.items()) list.push_back(read_example(each, list.size()));
  return list;
}

}  // namespace workflow
