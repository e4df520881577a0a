#pragma once

#include <any>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "workflow/base/export.h"
#include "workflow/base/json.h"
#include "workflow/values/box.h"
#include "workflow/values/moment.h"

namespace workflow {

/// A comparison that an operator made: `0.71 < accept 0.80 -> review`. Operators that decide give theirs:
/// `std::vector<Reason> why(const T& value) const`, with `step` and `path` left to the engine.
struct Reason {
  std::string concept_name = {};         ///< what it is about; empty for the item as a whole
  std::string text = {};
  std::string step = {};
  std::vector<std::uint32_t> path = {};  ///< the item's place below the input
  friend bool operator==(const Reason&, const Reason&) = default;
};

/// What a step that writes somewhere is told of the item whose value it writes.
struct EffectContext {
  std::string input_id = {};
  std::optional<Moment> moment = {};
  int width = 0;                          ///< pixels of the input's picture; 0 where it has none
  int height = 0;
  std::string run = {};                   ///< unique to the run
  std::string graph = {};                 ///< its name
  std::string graph_version = {};         ///< a hash of its steps and settings: the same drawing, the same version
  std::string step = {};
  std::string model = {};                 ///< "image-classifier@1": the nearest model that the value came through; may be empty
  std::vector<std::uint32_t> path = {};   ///< the item's place below the input
  std::optional<Box> region = {};         ///< of an item under a region: its box on the input's own image
  Json bands = {};                        ///< of an item that a Band let through: its settings; else null
  std::vector<Reason> why = {};           ///< the comparisons that led here, with those of a split's other bands
};

namespace detail {
/// What makes an effect a repeat of another: the input, the graph's version, the step and the item's path.
WORKFLOW_EXPORT std::string effect_key(const EffectContext& context);
}  // namespace detail

/// Where effects go: an app, a hook, a file. Thread-safe. One outlet may be shared by several steps and graphs.
class WORKFLOW_EXPORT Outlet {
 public:
  virtual ~Outlet() = default;

  /// Takes what some inputs wrote, in their order; `effects[i]` is everything of one of them. All of an input becomes
  /// visible or nothing of it, and what returns is kept. Throws where nothing at all was kept.
  virtual void commit(std::span<const std::vector<std::any>> effects) = 0;

  /// The same for outlets that write to the same place: their effects are committed together.
  virtual const void* place() const { return this; }
};

/// An operator that writes: it passes its value on, and says what to write once its input is whole, that is, when no item
/// of it failed. A dry run (ExecutorOptions::effects = false) writes nothing.
/// @code
///   struct Notify {
///     template <class T> T operator()(const T& value) const { return value; }
///     template <class T> std::any effect(const T& value, const EffectContext& context) const;
///     std::shared_ptr<Outlet> outlet() const;
///   };
/// @endcode
template <class Op>
concept HasOutlet = requires(const Op& op) {
  { op.outlet() } -> std::convertible_to<std::shared_ptr<Outlet>>;
};

/// An operator that tells how it decided.
template <class Op, class T>
concept HasWhy = requires(const Op& op, const T& value) {
  { op.why(value) } -> std::convertible_to<std::vector<Reason>>;
};

}  // namespace workflow
