#pragma once

#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include "workflow/graph/drawing.h"
#include "workflow/graph/pair_operation.h"

namespace workflow {

class Graph;

namespace detail {

/// The one place that adds to a drawing; shared by a graph and its ports.
class WORKFLOW_EXPORT Draft {
 public:
  explicit Draft(std::string name);

  /// The drawing as it stands; a run keeps it, and what is added later goes into a copy.
  std::shared_ptr<const Drawing> drawing() const { return drawing_; }

  StepId add_input(std::string name, const ValueType& type, std::unique_ptr<Column> (*make_column)());

  /// Checks settings, levels and ancestors, then adds. Throws Error with the graph's and the step's name.
  StepId add(std::vector<StepId> from, std::shared_ptr<const Operation> operation, std::unique_ptr<Column> (*make_column)());

  /// Throws Error (InvalidGraph) where the name is taken, empty or holds a character that messages use.
  void name(StepId step, std::string name);

  /// Adds a step that was read from JSON, under the name that it had there, made up by us or not.
  StepId restore(std::string name, bool named, std::vector<StepId> from, std::shared_ptr<const Operation> operation,
                 std::unique_ptr<Column> (*make_column)());

 private:
  Drawing& own();
  void check_name(const std::string& name) const;
  std::string free_name(const std::string& kind) const;

  std::shared_ptr<Drawing> drawing_;
};

/// Throws Error (InvalidGraph) where a port is of another graph, or of a step that `drawing` does not have yet.
WORKFLOW_EXPORT void check_port(const Drawing& drawing, const Drawing& of_port, StepId step);

template <class T>
std::unique_ptr<Column> make_column() {
  return std::make_unique<TypedColumn<T>>();
}

/// Named in the compiler's message when a step does not fit: the first is what the port carries, the second the operator.
template <class Carries, class Operator>
struct Misfit {
  static constexpr bool fits = false;
};

}  // namespace detail

template <class T>
class Port;

/// A splitter names its bands and gives a port for each: `Bands`.
template <class S, class T>
concept Splits = requires(const S& splitter, const Port<T>& port) { splitter.ports(port); };

/// A copyable handle on one place of a graph, which carries values of type T. Building a graph is for one thread.
/// @code
///   Port<Region> faces = photo.then(find_faces).then(Keep{.at_least = 0.6f}).named("faces");
/// @endcode
template <class T>
class Port {
 public:
  using value_type = T;

  /// Adds an operator and gives the port of its results. What the operator does is read off its signature:
  /// `U f(const T&)` one for one; `bool f(const T&)` keep or drop; `std::optional<U> f(const T&)` one or none;
  /// `std::vector<U> f(const T&)` many, one level deeper; `U f(Group<T>)` one for all of a parent's;
  /// `std::vector<U> f(Group<T>)` another list for them; `std::vector<R> f(Batch<T>)` everything at once, one R each;
  /// further `const A&` are looked up among the ancestors, a last `State&` is kept by the run.
  /// Throws Error (InvalidSetting, InvalidGraph).
  template <class Op>
  auto then(Op op) const {
    using Plain = std::decay_t<Op>;
    constexpr detail::Takes takes = detail::what_it_takes<Plain, T>();
    static_assert(takes != detail::Takes::Nothing || !detail::takes_two_ports<Plain> || detail::Misfit<T, Plain>::fits,
                  "this operator takes two ports: port.then(op, second)");
    static_assert(takes != detail::Takes::Nothing || detail::takes_two_ports<Plain> || detail::Misfit<T, Plain>::fits,
                  "this port carries another type than the operator takes: see Misfit<what the port carries, the operator>");
    if constexpr (takes != detail::Takes::Nothing) {
      using Wrapped = detail::Wrapped<Plain, T, takes>;
      using Out = typename Wrapped::type::Out;
      return Port<Out>(draft_, draft_->add({step_}, Wrapped::make(std::move(op)), &detail::make_column<Out>));
    } else {
      return *this;  // only so that the message above stays the only one
    }
  }

  /// Adds an operator on two ports, `U f(const T&, const B&)`: the two values of the same item, or of an item and one of
  /// those above it. An item that only one of the two has a value for is passed over; with `const B*` it is not, and the
  /// pointer is null. With `const Group<B>*` the second port's items stand one level below, null where nothing looked for any.
  template <class Op, class B>
  auto then(Op op, const Port<B>& beside) const {
    using Plain = std::decay_t<Op>;
    constexpr bool fits = detail::how_it_takes_beside<Plain, T, B>() != detail::Beside::Nothing;
    static_assert(fits || detail::Misfit<std::pair<T, B>, Plain>::fits,
                  "these two ports carry other types than the operator takes: see Misfit<what the ports carry, the operator>");
    if constexpr (fits) {
      detail::check_port(*draft_->drawing(), *beside.drawing(), beside.step_);
      using Wrapped = detail::WrappedPair<Plain, T, B>;
      using Out = typename Wrapped::Out;
      return Port<Out>(draft_, draft_->add({step_, beside.step_}, std::make_shared<Wrapped>(std::move(op)), &detail::make_column<Out>));
    } else {
      return *this;
    }
  }

  /// Named ports, one a band, which together take every value exactly once: `port.split(Bands{...}).review`.
  template <class Splitter>
    requires Splits<Splitter, T>
  auto split(const Splitter& splitter) const {
    return splitter.ports(*this);
  }

  /// Names the place: results, JSON and messages say it. Throws Error (InvalidGraph) where the name is taken.
  Port named(std::string name) const {
    draft_->name(step_, std::move(name));
    return *this;
  }

  StepId step() const { return step_; }
  std::string name() const { return draft_->drawing()->steps[step_].name; }

  /// The graph's drawing as it stands now.
  std::shared_ptr<const Drawing> drawing() const { return draft_->drawing(); }

 private:
  template <class>
  friend class Port;
  friend class Graph;

  Port(std::shared_ptr<detail::Draft> draft, StepId step) : draft_(std::move(draft)), step_(step) {}

  std::shared_ptr<detail::Draft> draft_;
  StepId step_ = 0;
};

}  // namespace workflow
