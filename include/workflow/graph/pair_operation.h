#pragma once

#include <algorithm>
#include <memory>
#include <span>
#include <utility>

#include "workflow/graph/typed_operation.h"

namespace workflow::detail {

/// What the second port has for an item of the first: the item's own value, or that of one above it.
template <class B>
class ValuesBeside {
 public:
  ValuesBeside(const Window& window, StepId second, LevelId level) : window_(window), second_(second), level_(level) {}

  const B* find(std::uint32_t item) const { return value_above<B>(window_, level_, item, second_); }

 private:
  const Window& window_;
  StepId second_;
  LevelId level_;
};

/// The items of the second port that stand under an item of the first.
template <class B>
class GroupsBeside {
 public:
  GroupsBeside(const Window& window, StepId second, LevelId)
      : column_(typed<B>(*window.columns[second])), below_(window.levels[window.drawing->steps[second].level]) {}

  const Group<B>* find(std::uint32_t item) {
    if (!std::binary_search(below_.opened.begin(), below_.opened.end(), item)) return nullptr;
    const auto under = [&](std::uint32_t child) { return below_.parents[child]; };
    const auto first =
        std::partition_point(column_.items.begin(), column_.items.end(), [&](std::uint32_t it) { return under(it) < item; });
    const auto last = std::partition_point(first, column_.items.end(), [&](std::uint32_t it) { return under(it) == item; });
    group_ = Group<B>(
        std::span(column_.values)
            .subspan(static_cast<std::size_t>(first - column_.items.begin()), static_cast<std::size_t>(last - first)));
    return &group_;
  }

 private:
  const TypedColumn<B>& column_;
  const LevelItems& below_;
  Group<B> group_;
};

/// An operator on two ports: the items of the first, with what the second has for each.
template <class Op, class T, class B, Beside how, class State>
class PairOperation final : public OperatorBox<Op, State> {
  using Second = std::conditional_t<how == Beside::Value, const B&,
                                    std::conditional_t<how == Beside::PerhapsValue, const B*, const Group<B>*>>;
  using Reader = std::conditional_t<how == Beside::PerhapsGroup, GroupsBeside<B>, ValuesBeside<B>>;

  using Result = std::remove_cvref_t<decltype(detail::call_operator<State>(
      std::declval<const Op&>(), nullptr, std::declval<const T&>(), std::declval<Second>()))>;

 public:
  using Out = typename ResultOf<Result, T>::value;

  explicit PairOperation(Op op)
      : OperatorBox<Op, State>(std::move(op), {.flow = VectorOf<Result>::value ? Flow::Expand : Flow::Same,
                                               .reads = ValueType::of<T>(),
                                               .gives = ValueType::of<Out>(),
                                               .beside = {ValueType::of<B>()},
                                               .beside_is_below = how == Beside::PerhapsGroup,
                                               .beside_may_lack = how != Beside::Value,
                                               .ancestors = {},
                                               .of_each_item = {},
                                               .stateful = !std::is_void_v<State>}) {}

  void run(Window& window, StepId id, void* state) const override {
    const Step& step = window.drawing->steps[id];
    const LevelId level = window.drawing->steps[step.from.front()].level;
    const auto& in = typed<T>(*window.columns[step.from.front()]);
    auto& out = typed<Out>(*window.columns[id]);
    Reader reader(window, step.from.back(), level);
    for (std::size_t i = 0; i < in.items.size(); ++i) {
      try {
        const auto* second = reader.find(in.items[i]);
        if constexpr (how == Beside::Value) {
          if (second)
            put(detail::call_operator<State>(this->op_, state, in.values[i], *second), &in.values[i], in.items[i], window,
                step.level, out);
        } else {
          put(detail::call_operator<State>(this->op_, state, in.values[i], second), &in.values[i], in.items[i], window,
              step.level, out);
        }
      } catch (...) {
        window.fail(id, level, in.items[i], std::current_exception());
      }
    }
  }
};

template <class Op, class T, class B>
using WrappedPair = PairOperation<Op, T, B, how_it_takes_beside<Op, T, B>(), StateOfPair<Op>>;

}  // namespace workflow::detail
