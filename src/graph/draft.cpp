#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <string_view>

#include "workflow/base/error.h"
#include "workflow/graph/port.h"

namespace workflow::detail {
namespace {

std::uint64_t next_id() {
  static std::atomic<std::uint64_t> last{0};
  return ++last;
}

[[noreturn]] void refuse(const Drawing& drawing, const std::string& step, std::string_view text) {
  throw Error(ErrorCode::InvalidGraph, "graph", text).at({.graph = drawing.name, .step = step, .input = {}});
}

// What a step is called by default: an operator without a kind has its type's name, of which the last part will do.
std::string short_kind(std::string kind) {
  if (kind.find("{lambda") != std::string::npos) return "lambda";
  kind.erase(std::min(kind.find('<'), kind.size()));
  const auto last = kind.rfind("::");
  return last == std::string::npos ? kind : kind.substr(last + 2);
}

// "Region from faces, Image from photo": what a step could look up.
std::string ancestors_of(const Drawing& drawing, StepId from) {
  std::vector<std::string> found;
  for (StepId at = from; !drawing.steps[at].from.empty();) {
    at = drawing.steps[at].from.front();
    found.push_back(fmt::format("{} from {}", drawing.steps[at].type.name(), drawing.steps[at].name));
  }
  return found.empty() ? "none" : fmt::format("{}", fmt::join(found, ", "));
}

}  // namespace

Draft::Draft(std::string name) : drawing_(std::make_shared<Drawing>()) {
  if (name.empty()) throw Error(ErrorCode::InvalidGraph, "Graph", "wanted a name for the graph, got an empty one");
  drawing_->id = next_id();
  drawing_->name = std::move(name);
}

Drawing& Draft::own() {
  if (drawing_.use_count() > 1) drawing_ = std::make_shared<Drawing>(*drawing_);
  return *drawing_;
}

StepId Draft::add_input(std::string name, const ValueType& type, std::unique_ptr<Column> (*make_column)()) {
  check_name(name);
  Drawing& drawing = own();
  drawing.steps.push_back({.name = std::move(name),
                           .named = true,
                           .kind = "input",
                           .type = type,
                           .level = 0,
                           .from = {},
                           .ancestors = {},
                           .operation = nullptr,
                           .make_column = make_column});
  return static_cast<StepId>(drawing.steps.size() - 1);
}

StepId Draft::add(std::vector<StepId> from, std::shared_ptr<const Operation> operation, std::unique_ptr<Column> (*make_column)()) {
  const Drawing& before = *drawing_;
  const OperationShape& shape = operation->shape();
  const std::string kind = short_kind(operation->kind());
  const std::string name = free_name(kind);
  const Step& source = before.steps[from.front()];

  try {
    operation->check();
  } catch (const Error& error) {
    throw error.at({.graph = before.name, .step = name, .input = {}});
  }
  if (!shape.beside.empty()) {
    const Step& beside = before.steps[from.back()];
    if (shape.beside_is_below && before.over(beside.level, 1) != source.level)
      refuse(before, name, fmt::format("wanted a second port one level below \"{}\", got \"{}\", which does not stand there", source.name,
                                       beside.name));
    if (!shape.beside_is_below && !before.is_over(beside.level, source.level))
      refuse(before, name, fmt::format("wanted a second port on the level of \"{}\" or above it, got \"{}\", which stands deeper",
                                       source.name, beside.name));
  }

  const std::optional<LevelId> parent = before.over(source.level, shape.up);
  if (!parent)
    refuse(before, name,
           source.level == 0 ? fmt::format("wanted items under a parent to make a group of, got \"{}\", the inputs themselves", source.name)
                             : fmt::format("wanted items {} levels deep, got \"{}\", which stand less deep", shape.up, source.name));

  std::vector<StepId> ancestors;
  const auto look_up = [&](const ValueType& type, LevelId under) {
    const std::optional<StepId> found = before.nearest_ancestor(from.front(), type, under);
    if (!found)
      refuse(before, name, fmt::format("wanted a value of type {} among the ancestors of \"{}\", got {}", type.name(), source.name,
                                       ancestors_of(before, from.front())));
    ancestors.push_back(*found);
  };
  for (const ValueType& type : shape.ancestors) look_up(type, *parent);
  for (const ValueType& type : shape.of_each_item) look_up(type, source.level);

  Drawing& drawing = own();
  LevelId level = *parent;
  if (shape.flow == Flow::Expand || shape.flow == Flow::Regroup) {
    level = static_cast<LevelId>(drawing.levels.size());
    drawing.levels.push_back({.parent = *parent, .depth = drawing.levels[*parent].depth + 1});
  }
  drawing.steps.push_back({.name = name,
                           .named = false,
                           .kind = kind,
                           .type = shape.gives,
                           .level = level,
                           .from = std::move(from),
                           .ancestors = std::move(ancestors),
                           .operation = std::move(operation),
                           .make_column = make_column});
  return static_cast<StepId>(drawing.steps.size() - 1);
}

void Draft::name(StepId step, std::string name) {
  const std::optional<StepId> taken = drawing_->find(name);
  const bool gives_way = taken && *taken != step && !drawing_->steps[*taken].named;  // we made its name up
  if (!gives_way && taken != step) check_name(name);
  Drawing& drawing = own();
  if (gives_way) drawing.steps[*taken].name.clear();
  drawing.steps[step].name = std::move(name);
  drawing.steps[step].named = true;
  if (gives_way) drawing.steps[*taken].name = free_name(drawing.steps[*taken].kind);
}

StepId Draft::restore(std::string name, bool named, std::vector<StepId> from, std::shared_ptr<const Operation> operation,
                      std::unique_ptr<Column> (*make_column)()) {
  check_name(name);
  const StepId step = add(std::move(from), std::move(operation), make_column);
  Step& added = own().steps[step];
  added.name = std::move(name);
  added.named = named;
  return step;
}

void Draft::check_name(const std::string& name) const {
  if (name.empty()) refuse(*drawing_, {}, "wanted a name for the step, got an empty one");
  const auto bad = [](char c) { return c == '/' || c == '"' || static_cast<unsigned char>(c) < 0x20; };
  if (std::any_of(name.begin(), name.end(), bad))
    refuse(*drawing_, {}, fmt::format("wanted a step's name without '/', '\"' and control characters, got \"{}\"", name));
  if (const auto taken = drawing_->find(name); taken)
    refuse(*drawing_, {}, fmt::format("the name \"{}\" is taken by a step of kind {}; choose another", name, drawing_->steps[*taken].kind));
}

std::string Draft::free_name(const std::string& kind) const {
  // In one pass: asking for name after name would be cubic in a graph of many equal steps.
  std::vector<bool> taken(drawing_->steps.size() + 2);
  for (const Step& step : drawing_->steps) {
    if (!step.name.starts_with(kind)) continue;
    const std::string_view rest = std::string_view(step.name).substr(kind.size());
    std::size_t number = 0;
    if (rest.empty())
      taken[1] = true;
    else if (rest.front() == '-' && std::from_chars(rest.begin() + 1, rest.end(), number).ptr == rest.end() && number < taken.size())
      taken[number] = true;
  }
  std::size_t free = 1;
  while (taken[free]) ++free;
  return free == 1 ? kind : fmt::format("{}-{}", kind, free);
}

void check_port(const Drawing& drawing, const Drawing& of_port, StepId step) {
  if (drawing.id != of_port.id)
    throw Error(ErrorCode::InvalidGraph, drawing.name,
                fmt::format("wanted a port of this graph, got \"{}\" of the graph \"{}\"", of_port.steps[step].name, of_port.name));
  if (step >= drawing.steps.size())
    throw Error(ErrorCode::InvalidGraph, drawing.name,
                fmt::format("the step \"{}\" was added after the run had begun; start another run", of_port.steps[step].name));
}

}  // namespace workflow::detail
