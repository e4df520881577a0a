#pragma once

#include <fmt/format.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "workflow/base/json.h"
#include "workflow/graph/port.h"

namespace workflow {

class Catalogue;
class Operators;

/// Something about a graph that will not do what its author meant.
struct Problem {
  std::string step = {};  ///< empty where it is about the whole graph
  std::string text = {};  ///< what is wrong and what to do
};

/// The drawing: inputs, operators, names. It has no threads and no weights of its own; an Executor runs it.
/// Building is for one thread; a finished graph may be run by many at once.
/// @code
///   Graph graph("face-mask");
///   auto photo = graph.input<Image>("photo");
///   auto faces = photo.then(find_faces).named("faces");
/// @endcode
class WORKFLOW_EXPORT Graph {
 public:
  /// Throws Error (InvalidGraph) where the name is empty.
  explicit Graph(std::string name) : draft_(std::make_shared<detail::Draft>(std::move(name))) {}

  Graph(Graph&&) = default;
  Graph& operator=(Graph&&) = default;
  Graph(const Graph&) = delete;  // two graphs that share one drawing would surprise; from_json(to_json()) copies
  Graph& operator=(const Graph&) = delete;

  const std::string& name() const { return drawing()->name; }

  /// A place where values come in from a source. Throws Error (InvalidGraph) where the name is taken.
  template <class T>
  Port<T> input(std::string name) {
    return Port<T>(draft_, draft_->add_input(std::move(name), ValueType::of<T>(), &detail::make_column<T>));
  }

  /// The port of a named step, for a graph that was read from JSON. Throws Error: NotFound with the nearest name,
  /// TypeMismatch where it carries another type.
  template <class T>
  Port<T> port(std::string_view step) const {
    return Port<T>(draft_, find(step, ValueType::of<T>()));
  }

  /// Every problem at once; none in a graph that will do. What is certainly wrong was refused when the step was added.
  std::vector<Problem> check() const;

  /// The graph as JSON, described in docs/formats.md; `from_json` reads it back without loss. Throws Error (InvalidGraph)
  /// naming each step that has no JSON: a lambda, or an operator without `kind` and `settings()`.
  Json to_json() const;

  /// Reads what to_json wrote. Models come from the catalogue; a host's own operators from its list of `operators`.
  /// Throws one Error (InvalidGraph) that lists every problem, a line each.
  static Graph from_json(std::string_view text, const Catalogue& catalogue, const Operators& operators);
  static Graph from_json(std::string_view text, const Catalogue& catalogue);  ///< with Operators::standard()

  /// The graph in Graphviz's language: `dot -Tsvg`. Boxes are steps, ovals inputs; an edge says what it carries.
  std::string to_dot() const;

  std::shared_ptr<const Drawing> drawing() const { return draft_->drawing(); }

 private:
  StepId find(std::string_view step, const ValueType& type) const;

  std::shared_ptr<detail::Draft> draft_;
};

}  // namespace workflow

template <>
struct fmt::formatter<workflow::Problem> : fmt::formatter<fmt::string_view> {
  template <class Context>
  auto format(const workflow::Problem& problem, Context& context) const {
    if (!problem.step.empty()) fmt::format_to(context.out(), "{}: ", problem.step);
    return fmt::formatter<fmt::string_view>::format(problem.text, context);
  }
};
