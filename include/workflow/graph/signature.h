#pragma once

#include <concepts>
#include <cstddef>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <vector>

#include "workflow/graph/items.h"

/// What an operator does is read off its call operator's signature; the rules stand in docs/operators-as-callables.md.
namespace workflow::detail {

template <class T>
struct GroupOf : std::false_type {};
template <class T, int Up>
struct GroupOf<Group<T, Up>> : std::true_type {
  using item = T;
  static constexpr int up = Up;
};

template <class T>
struct OptionalOf : std::false_type {};
template <class T>
struct OptionalOf<std::optional<T>> : std::true_type {
  using item = T;
};

template <class T>
struct VectorOf : std::false_type {};
template <class T>
struct VectorOf<std::vector<T>> : std::true_type {
  using item = T;
};

/// The parameters of a callable that has exactly one call operator; for overloaded and generic ones there is none.
template <class F>
struct ParametersOfMember {};
template <class R, class C, class... P>
struct ParametersOfMember<R (C::*)(P...) const> {
  using type = std::tuple<P...>;
};
template <class R, class C, class... P>
struct ParametersOfMember<R (C::*)(P...) const noexcept> {
  using type = std::tuple<P...>;
};

template <class F>
struct ParametersOf {};
template <class F>
  requires requires { &F::operator(); }
struct ParametersOf<F> : ParametersOfMember<decltype(&F::operator())> {};
template <class R, class... P>
struct ParametersOf<R (*)(P...)> {
  using type = std::tuple<P...>;
};

template <class F>
concept HasOneSignature = requires { typename ParametersOf<F>::type; };

/// What the first parameter takes.
enum class Takes { Item, Batch, Group, Nothing };

template <class Op>
using FirstParameter = std::tuple_element_t<0, typename ParametersOf<Op>::type>;

/// A call operator that is overloaded or generic hides its parameters: such an operator names those after the first one
/// itself, `using Further = std::tuple<const Image&>;`, and its state, `using State = Seen;`.
template <class Op>
concept NamesFurther = requires { typename Op::Further; };
template <class Op>
concept NamesState = requires { typename Op::State; };

template <class Op>
consteval auto named_further() {
  if constexpr (NamesFurther<Op>)
    return std::type_identity<typename Op::Further>{};
  else
    return std::type_identity<std::tuple<>>{};
}
template <class Op>
consteval auto named_state() {
  if constexpr (NamesState<Op>)
    return std::type_identity<typename Op::State>{};
  else
    return std::type_identity<void>{};
}

/// What an operator names itself, nothing where it names nothing.
template <class Op>
struct Named {
  using Further = typename decltype(named_further<Op>())::type;
  using State = typename decltype(named_state<Op>())::type;
};

template <class Op, class First, class Further, class State>
constexpr bool takes_named = false;
template <class Op, class First, class... A, class State>
constexpr bool takes_named<Op, First, std::tuple<A...>, State> = std::invocable<const Op&, First, A..., State&>;
template <class Op, class First, class... A>
constexpr bool takes_named<Op, First, std::tuple<A...>, void> = std::invocable<const Op&, First, A...>;

/// Whether it can be called with `First` and what it names itself.
template <class Op, class First>
constexpr bool takes_with_named = takes_named<Op, First, typename Named<Op>::Further, typename Named<Op>::State>;

/// Whether it takes a second port, and cannot go on a single one: a parameter that may be null is nothing to look up.
template <class Parameters>
constexpr bool takes_pointer = false;
template <class... P>
constexpr bool takes_pointer<std::tuple<P...>> = (... || std::is_pointer_v<P>);

template <class Op>
constexpr bool takes_two_ports = false;
template <HasOneSignature Op>
constexpr bool takes_two_ports<Op> = takes_pointer<typename ParametersOf<Op>::type>;

// The order matters: a generic operator answers to everything, and must be asked for an item before it is asked for a batch.
template <class Op, class T>
consteval Takes what_it_takes() {
  if constexpr (NamesFurther<Op> || NamesState<Op>) {
    if constexpr (takes_with_named<Op, const T&>) return Takes::Item;
    return takes_with_named<Op, Group<T>> ? Takes::Group : Takes::Nothing;
  } else if constexpr (std::invocable<const Op&, const T&>) {
    return Takes::Item;
  } else if constexpr (std::invocable<const Op&, Batch<T>>) {
    return Takes::Batch;
  } else if constexpr (std::invocable<const Op&, Group<T>>) {
    return Takes::Group;
  } else if constexpr (HasOneSignature<Op>) {
    using Parameters = typename ParametersOf<Op>::type;
    if constexpr (std::tuple_size_v<Parameters> == 0 || takes_pointer<Parameters>) {
      return Takes::Nothing;
    } else {
      using First = std::remove_cvref_t<FirstParameter<Op>>;
      if constexpr (std::is_same_v<First, T>) return Takes::Item;
      if constexpr (GroupOf<First>::value) {
        if constexpr (std::is_same_v<typename GroupOf<First>::item, T>) return Takes::Group;
      }
      return Takes::Nothing;
    }
  } else {
    return Takes::Nothing;
  }
}

template <class P>
constexpr bool is_state = std::is_lvalue_reference_v<P> && !std::is_const_v<std::remove_reference_t<P>>;

/// The parameters after the first, in two parts: values that are looked up, and a state that the run keeps (void: none).
template <class Parameters>
struct AfterFirst;
template <class First, class... Rest>
struct AfterFirst<std::tuple<First, Rest...>> {
 private:
  using all = std::tuple<First, Rest...>;
  static constexpr std::size_t count = sizeof...(Rest);
  static constexpr bool has_state = count > 0 && is_state<std::tuple_element_t<count, all>>;

  template <std::size_t... I>
  static auto looked_up(std::index_sequence<I...>) -> std::tuple<std::tuple_element_t<I + 1, all>...>;

 public:
  using Further = decltype(looked_up(std::make_index_sequence<has_state ? count - 1 : count>{}));
  using State = std::conditional_t<has_state, std::remove_cvref_t<std::tuple_element_t<count, all>>, void>;
};

/// Whether the operator is called with its item, batch or group alone.
template <class Op, class T>
constexpr bool takes_one_argument =
    std::invocable<const Op&, const T&> || std::invocable<const Op&, Batch<T>> || std::invocable<const Op&, Group<T>>;

template <class Op, class T>
struct Extras : AfterFirst<typename ParametersOf<Op>::type> {};
template <class Op, class T>
  requires(NamesFurther<Op> || NamesState<Op>)
struct Extras<Op, T> : Named<Op> {};
template <class Op, class T>
  requires(takes_one_argument<Op, T> && !NamesFurther<Op> && !NamesState<Op>)
struct Extras<Op, T> {
  using Further = std::tuple<>;
  using State = void;
};

/// What one call gives, and the type that it puts on the next port.
template <class R, class T>
struct ResultOf {
  using value = R;
};
template <class T>
struct ResultOf<bool, T> {
  using value = T;
};
template <class U, class T>
struct ResultOf<std::optional<U>, T> {
  using value = U;
};
template <class U, class T>
struct ResultOf<std::vector<U>, T> {
  using value = U;
};

/// How an operator on two ports takes what the second one has for an item of the first.
enum class Beside {
  Value,         ///< `const B&`: an item without one is passed over
  PerhapsValue,  ///< `const B*`: null where there is none
  PerhapsGroup,  ///< `const Group<B>*`: those of the level below; null where nothing looked for any
  Nothing,
};

template <class Op>
consteval auto state_of_pair() {
  if constexpr (NamesState<Op>) {
    return std::type_identity<typename Op::State>{};
  } else if constexpr (HasOneSignature<Op>) {
    if constexpr (std::tuple_size_v<typename ParametersOf<Op>::type> == 3)
      return std::type_identity<typename AfterFirst<typename ParametersOf<Op>::type>::State>{};
    else
      return std::type_identity<void>{};
  } else {
    return std::type_identity<void>{};
  }
}

template <class Op>
using StateOfPair = typename decltype(state_of_pair<Op>())::type;

template <class Op, class T, class Second>
consteval bool takes_pair() {
  if constexpr (std::is_void_v<StateOfPair<Op>>)
    return std::invocable<const Op&, const T&, Second>;
  else
    return std::invocable<const Op&, const T&, Second, StateOfPair<Op>&>;
}

template <class Op, class T, class B>
consteval Beside how_it_takes_beside() {
  if constexpr (takes_pair<Op, T, const B&>()) return Beside::Value;
  if constexpr (takes_pair<Op, T, const B*>()) return Beside::PerhapsValue;
  if constexpr (takes_pair<Op, T, const Group<B>*>()) return Beside::PerhapsGroup;
  return Beside::Nothing;
}

}  // namespace workflow::detail
