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

/// What a step that writes somewhere is told of the item whose value it writes.
struct EffectContext {
  std::string input_id = {};
  std::optional<Moment> moment = {};
  std::string run = {};                   ///< unique to the run
  std::string graph = {};                 ///< its name
  std::string graph_version = {};         ///< a hash of its steps and settings: the same drawing, the same version
  std::string step = {};
  std::string model = {};                 ///< "image-classifier@1": the nearest model that the value came through; may be empty
  std::vector<std::uint32_t> path = {};   ///< the item's place below the input
  std::optional<Box> region = {};         ///< of an item under a region: its box on the input's own image
  Json why = {};                          ///< the steps that led here, see Result::why
};

/// Where effects go: an app, a hook, a file. Thread-safe. One outlet may be shared by several steps and graphs.
class WORKFLOW_EXPORT Outlet {
 public:
  virtual ~Outlet() = default;

  /// Takes what some inputs wrote, in their order; `effects[i]` is everything of one of them. All of an input becomes
  /// visible or nothing of it, and what returns is kept. Throws where nothing at all was kept.
  virtual void commit(std::span<const std::vector<std::any>> effects) = 0;
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

}  // namespace workflow
