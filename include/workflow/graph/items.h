#pragma once

#include <cstddef>
#include <span>

#include "workflow/base/device.h"

namespace workflow {

/// All items that are there at once, of all inputs in flight; what a model takes. A view: valid during the call only.
/// Constructed explicitly, as a Batch that turned into a Group by itself would let one be taken for the other.
template <class T>
class Batch {
 public:
  using value_type = T;

  Batch() = default;
  explicit Batch(std::span<const T> items) : items_(items) {}
  Batch(std::span<const T> items, Device device) : items_(items), device_(device), has_device_(true) {}

  bool empty() const { return items_.empty(); }
  std::size_t size() const { return items_.size(); }
  const T& operator[](std::size_t i) const { return items_[i]; }
  auto begin() const { return items_.begin(); }
  auto end() const { return items_.end(); }
  std::span<const T> span() const { return items_; }

  /// Where the executor wants it computed; null where it leaves that to the model.
  const Device* device() const { return has_device_ ? &device_ : nullptr; }

 private:
  std::span<const T> items_;
  Device device_;
  bool has_device_ = false;
};

/// The items of one parent, perhaps none: the faces of one photo. `Up` says how far up the parent stands: 1 is the next
/// level, 2 takes the items of all children of a grandparent (the regions of all tiles of a photo).
/// A view: valid during the call only.
template <class T, int Up = 1>
class Group {
  static_assert(Up >= 1, "a group's parent stands at least one level up");

 public:
  using value_type = T;

  Group() = default;
  explicit Group(std::span<const T> items) : items_(items) {}

  bool empty() const { return items_.empty(); }
  std::size_t size() const { return items_.size(); }
  const T& operator[](std::size_t i) const { return items_[i]; }
  auto begin() const { return items_.begin(); }
  auto end() const { return items_.end(); }
  std::span<const T> span() const { return items_; }

 private:
  std::span<const T> items_;
};

}  // namespace workflow
