#include <fmt/format.h>

#include <optional>
#include <string>
#include <unordered_map>

#include "base/in_quotes.h"
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
      throw Error(ErrorCode::InvalidGraph, "graph", fmt::format("unknown member {}{}", in_quotes(key), did_you_mean(key, known)));
  }
}

// Reads steps into a draft, and keeps to itself which of them could not be read.
class StepReader {
 public:
  StepReader(const std::vector<Json>& steps, detail::Draft& draft, const Catalogue& catalogue, const Operators& operators)
      : steps_(steps), draft_(draft), catalogue_(catalogue), operators_(operators) {
    for (std::size_t i = 0; i < steps.size(); ++i)
      if (const Json* name = steps[i].find("name"); name && name->is_string()) places_.emplace(name->string(), i);
  }

  // Throws Error for the first thing that is wrong with the step itself. What only follows from a step that could not be
  // read is passed over.
  void read(std::size_t i) {
    const Json& json = steps_[i];
    if (!json.is_object()) refuse("wanted an object, got {}", json.type_name());
    const std::string& name = member(json, "name", &Json::is_string, "the step's name").string();
    if (const std::size_t first = places_.find(name)->second; first != i) refuse("the name is taken by step {}", first);
    const std::string& kind = member(json, "kind", &Json::is_string, "the operator's kind").string();
    if (kind == "input")
      read_input(json, name);
    else
      read_operator(json, i, name, kind);
  }

 private:
  template <class... Parts>
  [[noreturn]] static void refuse(fmt::format_string<Parts...> text, Parts&&... parts) {
    throw Error(ErrorCode::InvalidGraph, "graph", fmt::format(text, std::forward<Parts>(parts)...));
  }

  void read_input(const Json& json, const std::string& name) {
    refuse_unknown_members(json, {"name", "kind", "type"});
    const std::string& type = member(json, "type", &Json::is_string, "the type of the input's values").string();
    const auto* found = operators_.find_input(type);
    if (!found) refuse("unknown value type {}", in_quotes(type));
    read_.emplace(name, draft_.add_input(name, found->type, found->make_column));
  }

  void read_operator(const Json& json, std::size_t place, const std::string& name, const std::string& kind) {
    refuse_unknown_members(json, {"name", "named", "kind", "from", "settings"});
    const auto* make = operators_.find(kind);
    if (!make) refuse("unknown kind {}{}", in_quotes(kind), did_you_mean(kind, operators_.kinds()));
    const bool named = json.contains("named") && member(json, "named", &Json::is_boolean, "true or false").boolean();
    const Json* settings = json.find("settings");

    const std::optional<std::vector<StepId>> from = sources(json, place);
    std::vector<ValueType> reads;
    for (const StepId source : from.value_or(std::vector<StepId>())) reads.push_back(draft_.drawing()->steps[source].type);
    try {
      Operators::Made made = (*make)(reads, settings ? *settings : Json(), catalogue_);
      if (from) read_.emplace(name, draft_.restore(name, named, *from, std::move(made.operation), made.make_column));
    } catch (const Error& error) {
      // Without its sources only the settings can be told right from wrong.
      if (from || error.code() != ErrorCode::TypeMismatch) throw;
    }
  }

  // The steps that it reads; none where one of them could not be read.
  std::optional<std::vector<StepId>> sources(const Json& json, std::size_t place) const {
    const auto& names = member(json, "from", &Json::is_array, "the names of the steps that it reads").items();
    if (names.empty() || names.size() > 2) refuse("\"from\": wanted one or two names of steps, got {}", names.size());
    std::vector<StepId> from;
    bool is_whole = true;
    for (const Json& source : names) {
      if (!source.is_string()) refuse("\"from\": wanted names of steps, got {}", source.type_name());
      const auto at = places_.find(source.string());
      if (at == places_.end())
        refuse("reads {}, which no step is called{}", in_quotes(source.string()),
               did_you_mean(source.string(), draft_.drawing()->step_names()));
      if (at->second >= place)
        refuse("reads {}, which does not stand before it; a step reads only what stands before it, never in a circle",
               in_quotes(source.string()));
      const auto found = read_.find(source.string());
      is_whole = is_whole && found != read_.end();
      if (is_whole) from.push_back(found->second);
    }
    return is_whole ? std::optional(std::move(from)) : std::nullopt;
  }

  const std::vector<Json>& steps_;
  detail::Draft& draft_;
  const Catalogue& catalogue_;
  const Operators& operators_;
  std::unordered_map<std::string, std::size_t> places_;  // where each name stands first
  std::unordered_map<std::string, StepId> read_;
};

// Lines of one problem in a list of them.
std::string indented(std::string text) {
  for (std::size_t at = text.find('\n'); at != std::string::npos; at = text.find('\n', at + 1)) text.insert(at + 1, "  ");
  return text;
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

  std::vector<std::string> problems;
  const auto note = [&](const auto& read) {
    try {
      read();
    } catch (const Error& error) {
      problems.push_back(error.text());
    }
  };
  Graph graph("graph");
  const std::vector<Json> no_steps;
  const std::vector<Json>* steps = &no_steps;
  note([&] {
    const std::int64_t version = member(json, "workflow", &Json::is_integer, "the format's version, a whole number").integer();
    if (version != format_version)
      throw Error(ErrorCode::InvalidGraph, "graph", fmt::format("\"workflow\": wanted format version {}, got {}", format_version, version));
  });
  note([&] { graph = Graph(member(json, "name", &Json::is_string, "the graph's name").string()); });
  note([&] { refuse_unknown_members(json, {"workflow", "name", "steps"}); });
  note([&] { steps = &member(json, "steps", &Json::is_array, "the list of steps").items(); });
  if (steps->size() > most_steps)
    throw Error(ErrorCode::InvalidGraph, graph.name(), fmt::format("wanted at most {} steps, got {}", most_steps, steps->size()));

  StepReader reader(*steps, *graph.draft_, catalogue, operators);
  for (std::size_t i = 0; i < steps->size() && problems.size() < most_problems; ++i) {
    try {
      reader.read(i);
    } catch (const Error& error) {
      const Json* name = (*steps)[i].find("name");
      problems.push_back(fmt::format("step {}: {}", name && name->is_string() ? in_quotes(name->string()) : std::to_string(i),
                                     indented(error.text())));
    }
  }
  if (!problems.empty()) refuse(graph.name(), problems);
  return graph;
}

}  // namespace workflow
