#pragma once

#include <concepts>
#include <memory>
#include <span>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "workflow/graph/operation.h"
#include "workflow/graph/settings.h"
#include "workflow/graph/signature.h"

namespace workflow::detail {

template <class Op>
concept HasKind = requires { std::string_view(Op::kind); };

/// A model's JSON: what to load, where an operator with settings says how to behave.
template <class Op>
concept HasOwnJson = requires(const Op& op) {
  { op.to_json() } -> std::convertible_to<Json>;
};

/// A model's class may take images and texts, where the model itself takes one of the two.
template <class Op>
concept ChecksReads = requires(const Op& op, const ValueType& type) { op.check_reads(type); };

template <class Op>
concept HasRoute = requires(const Op& op) {
  { op.route() } -> std::convertible_to<ScoreRoute>;
};

template <class Op>
concept HasLabels = requires(const Op& op) {
  { op.labels() } -> std::convertible_to<std::vector<std::string>>;
};

/// An operator that calls concepts by other names tells which: `std::vector<std::string> rename(labels) const`.
template <class Op>
concept Renames = requires(const Op& op, const std::vector<std::string>& labels) {
  { op.rename(labels) } -> std::convertible_to<std::vector<std::string>>;
};

/// What an operator says of its settings that depends on the ports it was given: `void check(const OperationShape&) const`.
template <class Op>
concept HasShapeCheck = requires(const Op& op, const OperationShape& shape) { op.check(shape); };

template <class Op>
concept HasPrepare = requires(const Op& op) { op.prepare(op.device()); };

/// The part of a wrapped operator that does not depend on what its port carries. `State` is void for one without.
template <class Op, class State = void>
class OperatorBox : public Operation {
 public:
  OperatorBox(Op op, OperationShape shape) : Operation(std::move(shape)), op_(std::move(op)) {}

  void check() const final {
    check_settings(op_);
    if constexpr (ChecksReads<Op>) op_.check_reads(shape().reads);
    if constexpr (HasShapeCheck<Op>) op_.check(this->shape());
  }

  std::optional<ScoreRoute> route() const override {
    if constexpr (HasRoute<Op>)
      return op_.route();
    else
      return std::nullopt;
  }

  std::optional<std::vector<std::string>> names([[maybe_unused]] const std::vector<std::string>& before) const final {
    if constexpr (Renames<Op>) {
      if (!before.empty()) return op_.rename(before);
    } else if constexpr (HasLabels<Op>) {
      if (std::vector<std::string> labels = op_.labels(); !labels.empty()) return labels;
    }
    return std::nullopt;
  }

  std::string kind() const final {
    if constexpr (HasKind<Op>)
      return std::string(Op::kind);
    else
      return readable_name(typeid(Op));
  }

  bool has_json() const final { return HasKind<Op> && (HasOwnJson<Op> || HasSettings<Op> || std::is_empty_v<Op>); }

  Json settings() const final {
    if constexpr (HasOwnJson<Op>)
      return op_.to_json();
    else if constexpr (HasSettings<Op>)
      return settings_to_json(op_);
    else
      return Json::object();
  }

  const Model* model() const final {
    if constexpr (std::derived_from<Op, Model>)
      return &op_;
    else
      return nullptr;
  }

  void prepare([[maybe_unused]] const Device* device) const final {
    if constexpr (HasPrepare<Op>) op_.prepare(device ? *device : op_.device());
  }

  std::shared_ptr<void> make_state() const final {
    if constexpr (std::is_void_v<State>)
      return nullptr;
    else
      return std::make_shared<State>();
  }

 protected:
  Op op_;
};

/// Puts what one call gave for `item` into the column; lists open a place on the level below. `carried` is what goes on
/// where a bool says keep; a group has nothing to carry on and gives no bool.
template <class R, class T>
void put(R&& result, const T* carried, std::uint32_t item, Window& window, LevelId level, auto& out) {
  using Result = std::remove_cvref_t<R>;
  if constexpr (std::is_same_v<Result, bool>) {
    if (result) out.push(item, *carried);
  } else if constexpr (OptionalOf<Result>::value) {
    if (result) out.push(item, *std::forward<R>(result));
  } else if constexpr (VectorOf<Result>::value) {
    LevelItems& children = window.levels[level];
    children.opened.push_back(item);
    for (auto&& each : result) {
      out.push(static_cast<std::uint32_t>(children.parents.size()), std::move(each));
      children.parents.push_back(item);
    }
  } else {
    out.push(item, std::forward<R>(result));
  }
}

/// The value of a looked-up parameter for an item; null where there is none.
template <class A>
const A* value_above(const Window& window, LevelId level, std::uint32_t item, StepId step) {
  const LevelId above = window.drawing->steps[step].level;
  return typed<A>(*window.columns[step]).find(window.up(level, item, above));
}

/// A further parameter while the call runs: a value found above the item, or the item's place, which is never looked up.
template <class A>
struct Above {
  const A* value;
  const A* get() const { return value; }
};
template <>
struct Above<Place> {
  Place value;
  const Place* get() const { return &value; }
};

template <class A>
constexpr bool is_place = std::is_same_v<std::remove_cvref_t<A>, Place>;

template <class A>
Above<A> look_up_above(const Window& window, LevelId level, std::uint32_t item, StepId step) {
  if constexpr (is_place<A>)
    return {window.place_of(level, item)};
  else
    return {value_above<A>(window, level, item, step)};
}

/// Calls an operator, with its state behind the other parameters where it has one.
template <class State, class Op, class... P>
auto call_operator(const Op& op, [[maybe_unused]] void* state, const P&... parameters) {
  if constexpr (std::is_void_v<State>)
    return op(parameters...);
  else
    return op(parameters..., *static_cast<State*>(state));
}

/// An operator on single items, with ancestors or a state where its signature has some.
template <class Op, class T, class Further, class State>
class ItemOperation;
template <class Op, class T, class... A, class State>
class ItemOperation<Op, T, std::tuple<A...>, State> final : public OperatorBox<Op, State> {
  using Result = std::remove_cvref_t<decltype(detail::call_operator<State>(
      std::declval<const Op&>(), nullptr, std::declval<const T&>(), std::declval<const std::remove_cvref_t<A>&>()...))>;

 public:
  using Out = typename ResultOf<Result, T>::value;

  explicit ItemOperation(Op op) : OperatorBox<Op, State>(std::move(op), shape()) {}

  void run(Window& window, StepId id, void* state) const override {
    const Step& step = window.drawing->steps[id];
    const LevelId level = window.drawing->steps[step.from.front()].level;
    const auto& in = typed<T>(*window.columns[step.from.front()]);
    auto& out = typed<Out>(*window.columns[id]);
    for (std::size_t i = 0; i < in.items.size(); ++i) {
      try {
        one(window, step, level, in.items[i], in.values[i], out, state, std::index_sequence_for<A...>{});
      } catch (...) {
        window.fail(id, level, in.items[i], std::current_exception());
      }
    }
  }

  std::optional<ScoreRoute> route() const override {
    std::optional<ScoreRoute> route = OperatorBox<Op, State>::route();
    if (std::is_same_v<Result, bool> && !route) route.emplace();  // what is kept is kept as it is
    return route;
  }

  std::shared_ptr<Outlet> outlet() const override {
    if constexpr (HasOutlet<Op>)
      return this->op_.outlet();
    else
      return nullptr;
  }

  std::any effect([[maybe_unused]] const Window& window, [[maybe_unused]] StepId id, [[maybe_unused]] std::size_t position,
                  [[maybe_unused]] const EffectContext& context) const override {
    if constexpr (HasOutlet<Op>)
      return this->op_.effect(typed<Out>(*window.columns[id]).values[position], context);
    else
      return {};
  }

  std::vector<Reason> why([[maybe_unused]] const Window& window, [[maybe_unused]] StepId id,
                          [[maybe_unused]] std::size_t position) const override {
    if constexpr (HasWhy<Op, T>)
      return this->op_.why(typed<T>(*window.columns[window.drawing->steps[id].from.front()]).values[position]);
    else
      return {};
  }

 private:
  static OperationShape shape() {
    std::vector<ValueType> looked_up;
    ((is_place<A> ? void() : looked_up.push_back(ValueType::of<std::remove_cvref_t<A>>())), ...);
    return {.flow = VectorOf<Result>::value ? Flow::Expand : Flow::Same,
            .reads = ValueType::of<T>(),
            .gives = ValueType::of<Out>(),
            .beside = {},
            .ancestors = std::move(looked_up),
            .of_each_item = {},
            .stateful = !std::is_void_v<State>};
  }

  template <std::size_t... I>
  void one(Window& window, const Step& step, [[maybe_unused]] LevelId level, std::uint32_t item, const T& value,
           TypedColumn<Out>& out, void* state, std::index_sequence<I...>) const {
    const std::tuple<Above<std::remove_cvref_t<A>>...> above{
        look_up_above<std::remove_cvref_t<A>>(window, level, item, source_of<A>(step, I))...};
    if ((... || (std::get<I>(above).get() == nullptr))) return;
    put(detail::call_operator<State>(this->op_, state, value, *std::get<I>(above).get()...), &value, item, window,
        step.level, out);
  }

  // Which step parameter I comes from; a place comes from none, and those after it stand one earlier in the list.
  template <class P>
  static StepId source_of(const Step& step, std::size_t parameter) {
    if constexpr (is_place<P>) {
      return 0;
    } else {
      constexpr bool places[] = {is_place<A>..., false};
      std::size_t i = parameter;
      for (std::size_t before = 0; before < parameter; ++before) i -= places[before];
      return step.ancestors[i];
    }
  }
};

/// An operator on everything that is there at once.
template <class Op, class T>
class BatchOperation final : public OperatorBox<Op> {
  using Results = std::remove_cvref_t<std::invoke_result_t<const Op&, Batch<T>>>;
  static_assert(VectorOf<Results>::value, "an operator on a Batch gives a std::vector with one result for each item");
  using Result = typename VectorOf<Results>::item;

 public:
  using Out = typename ResultOf<Result, T>::value;

  explicit BatchOperation(Op op)
      : OperatorBox<Op>(std::move(op), {.flow = VectorOf<Result>::value ? Flow::Expand : Flow::Same,
                                        .reads = ValueType::of<T>(),
                                        .gives = ValueType::of<Out>()}) {}

  void run(Window& window, StepId id, void*) const override {
    const Step& step = window.drawing->steps[id];
    const auto& in = typed<T>(*window.columns[step.from.front()]);
    if (in.items.empty()) return;
    auto& out = typed<Out>(*window.columns[id]);
    Results results;
    try {
      results = call(window, in.values);
    } catch (...) {
      return one_by_one(window, id);
    }
    for (std::size_t i = 0; i < in.items.size(); ++i)
      put(static_cast<Result>(std::move(results[i])), &in.values[i], in.items[i], window, step.level, out);
  }

 private:
  // One bad item must not take its batch down: each alone, and only the bad one fails.
  void one_by_one(Window& window, StepId id) const {
    const Step& step = window.drawing->steps[id];
    const LevelId level = window.drawing->steps[step.from.front()].level;
    const auto& in = typed<T>(*window.columns[step.from.front()]);
    auto& out = typed<Out>(*window.columns[id]);
    for (std::size_t i = 0; i < in.items.size(); ++i) {
      try {
        Results results = call(window, std::span(&in.values[i], 1));
        put(static_cast<Result>(std::move(results[0])), &in.values[i], in.items[i], window, step.level, out);
      } catch (...) {
        window.fail(id, level, in.items[i], std::current_exception());
      }
    }
  }

  Results call(const Window& window, std::span<const T> items) const {
    Results results = this->op_(window.device ? Batch<T>(items, *window.device) : Batch<T>(items));
    if (results.size() != items.size())
      throw Error(ErrorCode::InvalidValue, this->kind(),
                  "wanted " + std::to_string(items.size()) + " results, one for each item of the batch, got " +
                      std::to_string(results.size()));
    return results;
  }
};

/// An operator on the items of one parent.
template <class Op, class T, int Up, class Further, class State>
class GroupOperation;
template <class Op, class T, int Up, class... A, class State>
class GroupOperation<Op, T, Up, std::tuple<A...>, State> final : public OperatorBox<Op, State> {
  /// A looked-up parameter while the call runs: the parent's ancestor, or a gathered list, one for each item.
  template <class P>
  struct Argument {
    const std::remove_cvref_t<P>* value;
    const std::remove_cvref_t<P>& get() const { return *value; }
  };
  template <std::same_as<Place> P>
  struct Argument<P> {
    Place value;
    const Place& get() const { return value; }
  };
  template <class V>
  struct Argument<Group<V, Up>> {
    std::vector<V> values;
    Group<V, Up> get() const { return Group<V, Up>(std::span<const V>(values)); }
  };

  using Result = std::remove_cvref_t<decltype(detail::call_operator<State>(
      std::declval<const Op&>(), nullptr, Group<T, Up>(), std::declval<const std::remove_cvref_t<A>&>()...))>;
  static_assert(!std::is_same_v<Result, bool>,
                "a group has no single value to keep or drop: return a std::vector or a value");

 public:
  using Out = typename ResultOf<Result, T>::value;

  explicit GroupOperation(Op op) : OperatorBox<Op, State>(std::move(op), shape()) {}

  void run(Window& window, StepId id, void* state) const override {
    const Drawing& drawing = *window.drawing;
    const Step& step = drawing.steps[id];
    const LevelId level = drawing.steps[step.from.front()].level;
    const LevelId parent_level = *drawing.over(level, Up);
    const auto& in = typed<T>(*window.columns[step.from.front()]);
    auto& out = typed<Out>(*window.columns[id]);
    // The parents that were asked for items are the groups, the empty ones included.
    const std::vector<std::uint32_t>& parents = window.levels[*drawing.over(level, Up - 1)].opened;

    std::size_t first = 0;
    for (const std::uint32_t parent : parents) {
      std::size_t last = first;
      while (last < in.items.size() && window.up(level, in.items[last], parent_level) == parent) ++last;
      const std::span<const T> values = std::span(in.values).subspan(first, last - first);
      const std::span<const std::uint32_t> items = std::span(in.items).subspan(first, last - first);
      first = last;
      try {
        one(window, step, level, parent_level, parent, items, values, out, state, std::index_sequence_for<A...>{});
      } catch (...) {
        window.fail(id, parent_level, parent, std::current_exception());
      }
    }
  }

 private:
  template <class P>
  static constexpr bool is_gathered = GroupOf<std::remove_cvref_t<P>>::value;

  template <class P>
  static ValueType looked_up_type() {
    if constexpr (is_gathered<P>)
      return ValueType::of<typename GroupOf<std::remove_cvref_t<P>>::item>();
    else
      return ValueType::of<std::remove_cvref_t<P>>();
  }

  static OperationShape shape() {
    OperationShape shape{.flow = VectorOf<Result>::value ? Flow::Regroup : Flow::Reduce,
                         .up = Up,
                         .reads = ValueType::of<T>(),
                         .gives = ValueType::of<Out>(),
                         .beside = {},
                         .ancestors = {},
                         .of_each_item = {},
                         .stateful = !std::is_void_v<State>};
    ((is_place<A> ? void() : (is_gathered<A> ? shape.of_each_item : shape.ancestors).push_back(looked_up_type<A>())), ...);
    return shape;
  }

  // In Step::ancestors the parent's come first, then those of each item: where parameter I stands.
  static std::size_t source_of(std::size_t parameter) {
    constexpr bool gathered[] = {is_gathered<A>..., false};
    constexpr bool places[] = {is_place<A>..., false};
    std::size_t before = 0;
    for (std::size_t i = 0; i < parameter; ++i) before += !places[i] && gathered[i] == gathered[parameter];
    if (!gathered[parameter]) return before;
    return before + (std::size_t{0} + ... + std::size_t{!is_gathered<A> && !is_place<A>});
  }

  template <class P>
  static Argument<std::remove_cvref_t<P>> look_up(const Window& window, const Step& step, LevelId level,
                                                  LevelId parent_level, std::uint32_t parent,
                                                  std::span<const std::uint32_t> items, std::size_t parameter) {
    if constexpr (is_place<P>) {
      return {window.place_of(parent_level, parent)};
    } else if constexpr (is_gathered<P>) {
      const StepId source = step.ancestors[source_of(parameter)];
      using V = typename GroupOf<std::remove_cvref_t<P>>::item;
      Argument<std::remove_cvref_t<P>> gathered;
      for (const std::uint32_t item : items) gathered.values.push_back(*value_above<V>(window, level, item, source));
      return gathered;
    } else {
      return {value_above<std::remove_cvref_t<P>>(window, parent_level, parent, step.ancestors[source_of(parameter)])};
    }
  }

  template <std::size_t... I>
  void one(Window& window, const Step& step, [[maybe_unused]] LevelId level, [[maybe_unused]] LevelId parent_level,
           std::uint32_t parent, [[maybe_unused]] std::span<const std::uint32_t> items, std::span<const T> values,
           TypedColumn<Out>& out, void* state, std::index_sequence<I...>) const {
    const std::tuple<Argument<std::remove_cvref_t<A>>...> above{
        look_up<A>(window, step, level, parent_level, parent, items, I)...};
    auto result = detail::call_operator<State>(this->op_, state, Group<T, Up>(values), std::get<I>(above).get()...);
    put(std::move(result), static_cast<const T*>(nullptr), parent, window, step.level, out);
  }
};

/// Which of the three wraps an operator on a port of T.
template <class Op, class T, Takes takes>
struct Wrapped;
template <class Op, class T>
struct Wrapped<Op, T, Takes::Item> {
  using Extra = Extras<Op, T>;
  using type = ItemOperation<Op, T, typename Extra::Further, typename Extra::State>;
  static auto make(Op op) { return std::make_shared<type>(std::move(op)); }
};
template <class Op, class T>
struct Wrapped<Op, T, Takes::Batch> {
  using type = BatchOperation<Op, T>;
  static auto make(Op op) { return std::make_shared<type>(std::move(op)); }
};
template <class Op, class T>
struct Wrapped<Op, T, Takes::Group> {
  using Extra = Extras<Op, T>;
  static consteval int up() {
    if constexpr (std::invocable<const Op&, Group<T>> || NamesFurther<Op> || NamesState<Op>)
      return 1;
    else
      return GroupOf<std::remove_cvref_t<FirstParameter<Op>>>::up;
  }
  using type = GroupOperation<Op, T, up(), typename Extra::Further, typename Extra::State>;
  static auto make(Op op) { return std::make_shared<type>(std::move(op)); }
};

template <class Op, class T>
using WrappedOperation = Wrapped<Op, T, what_it_takes<Op, T>()>;

}  // namespace workflow::detail
