#include "workflow/graph/operators.h"

#include <fmt/format.h>

namespace workflow {

void Operators::add(std::string_view kind, Maker maker) {
  if (!makers_.emplace(std::string(kind), std::move(maker)).second)
    throw Error(ErrorCode::InvalidGraph, "Operators", fmt::format("the kind \"{}\" is taken; choose another", kind));
}

void Operators::add_input(InputType type) { inputs_.insert_or_assign(type.type.name(), type); }

const Operators::Maker* Operators::find(std::string_view kind) const {
  const auto found = makers_.find(kind);
  return found == makers_.end() ? nullptr : &found->second;
}

std::vector<std::string_view> Operators::kinds() const {
  std::vector<std::string_view> kinds;
  for (const auto& [kind, maker] : makers_) kinds.push_back(kind);
  return kinds;
}

const Operators::InputType* Operators::find_input(std::string_view type) const {
  static const auto built_in = []<class... T>(std::type_identity<std::tuple<T...>>) {
    std::map<std::string, InputType, std::less<>> types;
    (types.emplace(ValueType::of<T>().name(), InputType{ValueType::of<T>(), &detail::make_column<T>}), ...);
    return types;
  }(std::type_identity<BuiltInValues>{});
  if (const auto found = built_in.find(type); found != built_in.end()) return &found->second;
  const auto found = inputs_.find(type);
  return found == inputs_.end() ? nullptr : &found->second;
}

void detail::refuse_value_type(std::string_view kind, const std::vector<ValueType>& reads) {
  std::vector<std::string_view> names;
  for (const ValueType& type : reads) names.push_back(type.name());
  throw Error(ErrorCode::TypeMismatch, kind, fmt::format("this operator does not take {}", fmt::join(names, " and ")));
}

}  // namespace workflow
