#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "workflow/base/json.h"
#include "workflow/graph/port.h"
#include "workflow/values/values.h"

namespace workflow {

class Catalogue;

/// The operators that a graph read from JSON may use, by kind. A host adds its own:
/// @code
///   auto operators = Operators::standard().with<LargeEnough>();
///   auto graph = Graph::from_json(text, catalogue, operators);
/// @endcode
/// An operator takes part by having `static constexpr std::string_view kind` and, where it has fields, `settings()`.
/// Const use is thread-safe.
class WORKFLOW_EXPORT Operators {
 public:
  /// An operator made for what its ports carry.
  struct Made {
    std::shared_ptr<const Operation> operation;
    std::unique_ptr<Column> (*make_column)();
  };
  using Maker = std::function<Made(const std::vector<ValueType>& reads, const Json& settings, const Catalogue& catalogue)>;

  /// Every built-in operator; listed in src/operators/standard.cpp.
  static const Operators& standard();

  /// This list and one more operator; `OwnValues` are the host's own value types that it reads or that inputs carry.
  template <class Op, class... OwnValues>
  Operators with() const {
    Operators more = *this;
    more.add<Op, OwnValues...>();
    return more;
  }

  /// Throws Error (InvalidGraph) where the kind is taken.
  template <class Op, class... OwnValues>
  void add();

  const Maker* find(std::string_view kind) const;
  std::vector<std::string_view> kinds() const;

  /// The value types that an input of a graph may carry.
  struct InputType {
    ValueType type;
    std::unique_ptr<Column> (*make_column)();
  };
  const InputType* find_input(std::string_view type) const;

 private:
  void add(std::string_view kind, Maker maker);
  void add_input(InputType type);

  std::map<std::string, Maker, std::less<>> makers_;
  std::map<std::string, InputType, std::less<>> inputs_;
};

namespace detail {

[[noreturn]] WORKFLOW_EXPORT void refuse_value_type(std::string_view kind, const std::vector<ValueType>& reads);

/// An operator that a JSON text names: a model is found in the catalogue, the others are made of their settings.
template <class Op>
Op operator_from_json(const Json& settings, const Catalogue& catalogue) {
  if constexpr (requires { Op::from_json(settings, &catalogue); })
    return Op::from_json(settings, &catalogue);
  else if constexpr (HasSettings<Op>)
    return settings_from_json<Op>(settings);
  else {
    static_assert(std::is_empty_v<Op>, "an operator with fields takes part in JSON by listing them in settings()");
    refuse_unknown_settings(settings, {});
    return Op{};
  }
}

template <class Op, class T>
bool make_on_one(const Op& op, const std::vector<ValueType>& reads, Operators::Made& made) {
  if constexpr (what_it_takes<Op, T>() != Takes::Nothing) {
    if (reads.size() != 1 || !(reads.front() == ValueType::of<T>())) return false;
    using Wrapped = WrappedOperation<Op, T>;
    made = {Wrapped::make(op), &make_column<typename Wrapped::type::Out>};
    return true;
  } else {
    return false;
  }
}

template <class Op, class T, class B>
bool make_on_two(const Op& op, const std::vector<ValueType>& reads, Operators::Made& made) {
  if constexpr (how_it_takes_beside<Op, T, B>() != Beside::Nothing) {
    if (reads.size() != 2 || !(reads[0] == ValueType::of<T>()) || !(reads[1] == ValueType::of<B>())) return false;
    using Wrapped = WrappedPair<Op, T, B>;
    made = {std::make_shared<Wrapped>(op), &make_column<typename Wrapped::Out>};
    return true;
  } else {
    return false;
  }
}

template <class Op, class... T>
Operators::Made make_operation(const Op& op, const std::vector<ValueType>& reads, std::type_identity<std::tuple<T...>>) {
  Operators::Made made{};
  const auto with_second = [&]<class First>(std::type_identity<First>) { return (make_on_two<Op, First, T>(op, reads, made) || ...); };
  if ((make_on_one<Op, T>(op, reads, made) || ...) || (with_second(std::type_identity<T>{}) || ...)) return made;
  refuse_value_type(Op::kind, reads);
}

}  // namespace detail

template <class Op, class... OwnValues>
void Operators::add() {
  using Values = decltype(std::tuple_cat(BuiltInValues{}, std::declval<std::tuple<OwnValues...>>()));
  add(Op::kind, [](const std::vector<ValueType>& reads, const Json& settings, const Catalogue& catalogue) {
    return detail::make_operation(detail::operator_from_json<Op>(settings, catalogue), reads, std::type_identity<Values>{});
  });
  (add_input({ValueType::of<OwnValues>(), &detail::make_column<OwnValues>}), ...);
}

}  // namespace workflow
