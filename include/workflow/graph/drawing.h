#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "workflow/base/export.h"
#include "workflow/graph/value_type.h"

namespace workflow {

class Operation;

using StepId = std::uint32_t;
using LevelId = std::uint32_t;

/// A level of items: the inputs (level 0, its own parent), the regions of an image, the tiles of a crop.
struct Level {
  LevelId parent = 0;
  std::uint32_t depth = 0;  ///< 0 for the inputs
};

/// One place of the drawing: an input, or an operator with what it reads.
struct Step {
  std::string name = {};
  bool named = false;  ///< by the host; a name that we made up may give way to a host's
  std::string kind = {};    ///< "input", "crop", "detector"; of an operator without a kind, its type's name
  ValueType type;      ///< of the values that it gives
  LevelId level = 0;
  std::vector<StepId> from = {};                    ///< the ports that it reads; none for an input
  std::vector<StepId> ancestors = {};               ///< where its further parameters are found
  std::shared_ptr<const Operation> operation = {};  ///< null for an input
  std::unique_ptr<struct Column> (*make_column)() = nullptr;
};

/// What a graph is made of: plain data, shared by the graph, its ports and its runs. Steps stand in the order in which
/// they were added, so what a step reads always stands before it.
struct WORKFLOW_EXPORT Drawing {
  std::uint64_t id = 0;  ///< of the graph, unique in this process: a port of another graph is told by it
  std::string name = {};
  std::vector<Step> steps = {};
  std::vector<Level> levels = {Level{}};

  /// Whether `above` is `level` itself or one of the levels over it.
  bool is_over(LevelId above, LevelId level) const;

  /// The level `up` levels over `level`; none where there are not so many.
  std::optional<LevelId> over(LevelId level, int up) const;

  /// The nearest step before `from`, `from` itself left out, whose values have this type and stand on `under` or over it.
  std::optional<StepId> nearest_ancestor(StepId from, const ValueType& type, LevelId under) const;

  std::optional<StepId> find(std::string_view step) const;
  std::vector<std::string_view> step_names() const;
};

}  // namespace workflow
