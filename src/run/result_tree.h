#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "workflow/run/result.h"
#include "workflow/values/values.h"

namespace workflow {

/// A value at a node: which step gave it, and where it stands in that step's column.
struct NodeValue {
  StepId step = 0;
  std::size_t position = 0;
};

/// One item of a result, with what it is, what was said of it, and the items below it. Shown are the steps that the host
/// named and those that nothing reads, and the items that lead to them.
struct ResultNode {
  LevelId level = 0;
  std::uint32_t item = 0;
  std::optional<NodeValue> region;  ///< of a region: the value that it has after the last step on regions
  std::vector<NodeValue> values;    ///< what the shown steps gave for this very item, regions left out
  std::map<std::pair<LevelId, std::uint32_t>, ResultNode> regions;  ///< below it, by level and item
  std::map<std::pair<LevelId, std::uint32_t>, ResultNode> parts;    ///< the other items below it: tiles, sentences
};

/// The result as a tree; its root is the input.
ResultNode tree_of(const Result& result);

/// A region's box, or a point on the image that it was found on, as placed on the input's own image.
Box box_on_input(const Result& result, const NodeValue& region);
Point point_on_input(const Result& result, const NodeValue& value, const Point& point);

/// The image that a step's value was found on; null where there is none.
const Image* image_under(const Result& result, const NodeValue& value);

/// The input's own image; null where the graph has none.
const Image* input_image(const Result& result);

}  // namespace workflow
