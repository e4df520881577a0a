#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

namespace workflow {

/// What one step gave in one window: a value for each item that came through, in the order of the items. Types erased.
struct Column {
  virtual ~Column() = default;

  std::vector<std::uint32_t> items;  ///< which items of the step's level have a value, ascending

  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  /// Where an item's value stands, or `none`.
  std::size_t position(std::uint32_t item) const {
    // Most columns are whole, and then the item is its own position.
    if (item < items.size() && items[item] == item) return item;
    const auto found = std::lower_bound(items.begin(), items.end(), item);
    return found != items.end() && *found == item ? static_cast<std::size_t>(found - items.begin()) : none;
  }
};

template <class T>
struct TypedColumn final : Column {
  std::vector<T> values;  ///< as many as `items`

  void push(std::uint32_t item, T value) {
    items.push_back(item);
    values.push_back(std::move(value));
  }

  const T* find(std::uint32_t item) const {
    const std::size_t at = position(item);
    return at == none ? nullptr : &values[at];
  }
};

template <class T>
const TypedColumn<T>& typed(const Column& column) {
  return static_cast<const TypedColumn<T>&>(column);
}

template <class T>
TypedColumn<T>& typed(Column& column) {
  return static_cast<TypedColumn<T>&>(column);
}

}  // namespace workflow
