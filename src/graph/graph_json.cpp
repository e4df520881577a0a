#include <fmt/format.h>

#include "base/nearest.h"
#include "workflow/graph/graph.h"
#include "workflow/graph/operators.h"

namespace workflow {
namespace {

constexpr std::int64_t format_version = 1;

[[noreturn]] void refuse(std::string_view graph, const std::vector<std::string>& problems) {
  std::string text = problems.front();
  if (problems.size() > 1) {
    text += fmt::format(" (and {} more)", problems.size() - 1);
    for (const std::string& problem : problems) text += "\n" + problem;
  }
  throw Error(ErrorCode::InvalidGraph, graph, text);
}

const Json& member(const Json& object, std::string_view key, bool (Json::*is)() const, std::string_view wanted) {
  const Json* found = object.find(key);
  if (!found || !(found->*is)())
    throw Error(ErrorCode::InvalidGraph, "graph",
                fmt::format("\"{}\": wanted {}, got {}", key, wanted, found ? found->type_name() : "nothing"));
  return *found;
}

void refuse_unknown_members(const Json& object, const std::vector<std::string_view>& known) {
  for (const auto& [key, value] : object.members()) {
    bool found = false;
    for (const std::string_view name : known) found = found || name == key;
    if (!found)
      throw Error(ErrorCode::InvalidGraph, "graph", fmt::format("unknown member \"{}\"{}", key, did_you_mean(key, known)));
  }
}

// Reads one step into the draft.
void read_step(const Json& json, detail::Draft& draft, const Catalogue& catalogue, const Operators& operators) {
  refuse_unknown_members(json, {"name", "named", "kind", "type", "from", "settings"});
  const std::string& name = member(json, "name", &Json::is_string, "the step's name").string();
  const std::string& kind = member(json, "kind", &Json::is_string, "the operator's kind").string();
  if (kind == "input") {
    const std::string& type = member(json, "type", &Json::is_string, "the type of the input's values").string();
    const auto* found = operators.find_input(type);
    if (!found) throw Error(ErrorCode::InvalidGraph, "graph", fmt::format("unknown value type \"{}\"", type));
    draft.add_input(name, found->type, found->make_column);
    return;
  }
  const auto* maker = operators.find(kind);
  if (!maker)
    throw Error(ErrorCode::InvalidGraph, "graph", fmt::format("unknown kind \"{}\"{}", kind, did_you_mean(kind, operators.kinds())));

  std::vector<StepId> from;
  std::vector<ValueType> reads;
  for (const Json& source : member(json, "from", &Json::is_array, "the names of the steps that it reads").items()) {
    if (!source.is_string()) throw Error(ErrorCode::InvalidGraph, "graph", "\"from\": wanted names of steps");
    const auto drawing = draft.drawing();
    const auto found = drawing->find(source.string());
    if (!found)
      throw Error(ErrorCode::InvalidGraph, "graph",
                  fmt::format("reads \"{}\", which no step before it is called{}", source.string(),
                              did_you_mean(source.string(), drawing->step_names())));
    from.push_back(*found);
    reads.push_back(drawing->steps[*found].type);
  }
  if (from.empty() || from.size() > 2) throw Error(ErrorCode::InvalidGraph, "graph", "\"from\": wanted one or two names of steps");

  const Json* settings = json.find("settings");
  Operators::Made made = (*maker)(reads, settings ? *settings : Json(), catalogue);
  const StepId step = draft.add(std::move(from), std::move(made.operation), made.make_column);
  const Json* named = json.find("named");
  draft.restore_name(step, name, named && named->is_boolean() && named->boolean());
}

}  // namespace

Json Graph::to_json() const {
  const Drawing& drawing = *draft_->drawing();
  std::vector<std::string> problems;
  Json steps = Json::array();
  for (const Step& step : drawing.steps) {
    Json json = Json::object({{"name", step.name}});
    if (!step.operation) {
      json["kind"] = "input";
      json["type"] = step.type.name();
      steps.push_back(std::move(json));
      continue;
    }
    if (!step.operation->has_json()) {
      problems.push_back(fmt::format("step \"{}\": wanted an operator with a kind and settings(), got {}, which has no JSON",
                                     step.name, step.operation->kind()));
      continue;
    }
    if (step.named) json["named"] = true;
    json["kind"] = step.kind;
    Json from = Json::array();
    for (const StepId source : step.from) from.push_back(drawing.steps[source].name);
    json["from"] = std::move(from);
    if (Json settings = step.operation->settings(); settings.size() > 0) json["settings"] = std::move(settings);
    steps.push_back(std::move(json));
  }
  if (!problems.empty()) refuse(drawing.name, problems);
  return Json::object({{"workflow", Json(format_version)}, {"name", drawing.name}, {"steps", std::move(steps)}});
}

Graph Graph::from_json(std::string_view text, const Catalogue& catalogue) {
  return from_json(text, catalogue, Operators::standard());
}

Graph Graph::from_json(std::string_view text, const Catalogue& catalogue, const Operators& operators) {
  constexpr std::size_t most_steps = 10'000;
  constexpr std::size_t most_problems = 100;
  const Json json = Json::parse(text);
  if (!json.is_object()) throw Error(ErrorCode::InvalidGraph, "graph", fmt::format("wanted a JSON object, got {}", json.type_name()));
  refuse_unknown_members(json, {"workflow", "name", "steps"});
  const std::int64_t version = member(json, "workflow", &Json::is_integer, "the format's version").integer();
  if (version != format_version)
    throw Error(ErrorCode::InvalidGraph, "graph", fmt::format("wanted format version {}, got {}", format_version, version));

  Graph graph(member(json, "name", &Json::is_string, "the graph's name").string());
  const auto& steps = member(json, "steps", &Json::is_array, "the list of steps").items();
  if (steps.size() > most_steps)
    throw Error(ErrorCode::InvalidGraph, graph.name(), fmt::format("wanted at most {} steps, got {}", most_steps, steps.size()));
  std::vector<std::string> problems;
  for (std::size_t i = 0; i < steps.size() && problems.size() < most_problems; ++i) {
    const Json* name = steps[i].find("name");
    const std::string label = name && name->is_string() ? "\"" + name->string() + "\"" : std::to_string(i);
    try {
      if (!steps[i].is_object()) throw Error(ErrorCode::InvalidGraph, "graph", "wanted an object");
      read_step(steps[i], *graph.draft_, catalogue, operators);
    } catch (const Error& error) {
      problems.push_back(fmt::format("step {}: {}", label, error.text()));
    }
  }
  if (!problems.empty()) refuse(graph.name(), problems);
  return graph;
}

}  // namespace workflow
