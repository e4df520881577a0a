#pragma once

#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <vector>

#include "workflow/base/device.h"
#include "workflow/base/error.h"
#include "workflow/graph/column.h"
#include "workflow/graph/drawing.h"
#include "workflow/values/place.h"

namespace workflow {

/// The items of one level in one window.
struct LevelItems {
  std::vector<std::uint32_t> parents;  ///< of each item its parent on the level above, ascending; of level 0 unused
  std::vector<std::uint32_t> opened;   ///< the parents that were asked for items, ascending: those that gave none, too
};

/// An item that failed, and why.
struct Failure {
  LevelId level = 0;
  std::uint32_t item = 0;
  Error error;
};

/// The inputs that go through the graph together, and everything that they gave: items by level, values by step.
/// Filled by one thread; afterwards const and shared by the results.
struct WORKFLOW_EXPORT Window {
  std::shared_ptr<const Drawing> drawing;
  std::uint32_t inputs = 0;
  std::vector<std::string> ids;  ///< what the inputs are called
  std::vector<LevelItems> levels;
  std::vector<std::unique_ptr<Column>> columns;
  std::vector<Failure> failures;
  const Device* device = nullptr;  ///< where the executor wants models to compute; null leaves it to them

  /// The item that `item` of level `from` stands under, on level `to`.
  std::uint32_t up(LevelId from, std::uint32_t item, LevelId to) const {
    while (from != to) {
      item = levels[from].parents[item];
      from = drawing->levels[from].parent;
    }
    return item;
  }

  /// Where an item stands below its input, and what that is called.
  Place place_of(LevelId level, std::uint32_t item) const;

  /// Notes that an item failed in a step, with its place; the others go on.
  void fail(StepId step, LevelId level, std::uint32_t item, std::exception_ptr why);
};

namespace detail {
/// An item's place among its siblings on each level below its input, the upper ones first.
WORKFLOW_EXPORT std::vector<std::uint32_t> path_of(const Window& window, LevelId level, std::uint32_t item);
}  // namespace detail

/// What was thrown, as an Error: our own as it is, others with their message cut to its cause.
WORKFLOW_EXPORT Error as_error(std::exception_ptr thrown, std::string_view place);

}  // namespace workflow
