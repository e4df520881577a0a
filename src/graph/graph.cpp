#include "workflow/graph/graph.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/nearest.h"
#include "graph/lint.h"

namespace workflow {

StepId Graph::find(std::string_view step, const ValueType& type) const {
  const Drawing& drawing = *draft_->drawing();
  const auto found = drawing.find(step);
  if (!found)
    throw Error(ErrorCode::NotFound, drawing.name,
                fmt::format("wanted a step \"{}\", found none of that name{}", step, did_you_mean(step, drawing.step_names())));
  const Step& it = drawing.steps[*found];
  if (!(it.type == type))
    throw Error(ErrorCode::TypeMismatch, drawing.name,
                fmt::format("the step \"{}\" carries {}, not {}", step, it.type.name(), type.name()));
  return *found;
}

std::vector<Problem> Graph::check() const {
  const Drawing& drawing = *draft_->drawing();
  std::vector<Problem> problems;
  std::set<StepId> read;
  bool has_input = false;
  for (const Step& step : drawing.steps) {
    has_input = has_input || step.from.empty();
    read.insert(step.from.begin(), step.from.end());
    read.insert(step.ancestors.begin(), step.ancestors.end());
  }
  if (!has_input) problems.push_back({"", "the graph has no input; add one with graph.input<Image>(\"photo\")"});
  for (StepId id = 0; id < drawing.steps.size(); ++id) {
    const Step& step = drawing.steps[id];
    if (step.from.empty() && !read.contains(id))
      problems.push_back({step.name, "nothing reads this input; add a step with then(), or leave the input out"});
    if (step.operation) {
      try {
        step.operation->check();
      } catch (const Error& error) {
        problems.push_back({step.name, error.text()});
      }
    }
  }
  for (Problem& problem : lint(drawing)) problems.push_back(std::move(problem));
  return problems;
}

namespace {

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

}  // namespace

std::string Graph::to_dot() const {
  const Drawing& drawing = *draft_->drawing();
  std::string dot = fmt::format("digraph {} {{\n  rankdir=LR;\n  node [shape=box];\n", quoted(drawing.name));
  for (const Step& step : drawing.steps) {
    const std::string label = step.name == step.kind ? step.name : step.name + " (" + step.kind + ")";
    dot += fmt::format("  {} [label={}{}];\n", quoted(step.name), quoted(label), step.from.empty() ? ", shape=oval" : "");
  }
  for (const Step& step : drawing.steps) {
    const auto edge = [&](StepId from, std::string_view style) {
      const Step& source = drawing.steps[from];
      dot += fmt::format("  {} -> {} [label={}{}];\n", quoted(source.name), quoted(step.name), quoted(source.type.name()), style);
    };
    for (const StepId from : step.from) edge(from, "");
    for (const StepId ancestor : step.ancestors) edge(ancestor, ", style=dashed");
  }
  return dot + "}\n";
}

}  // namespace workflow
