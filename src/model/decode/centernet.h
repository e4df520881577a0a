#pragma once

#include "model/decode/boxes.h"

namespace workflow {

/// Reads CenterNet's two outputs: heat maps [N, classes, h, w], raw, and distances [N, 4, h, w] in pixels of an input of
/// `width` x `height`. A centre is a cell that none of its eight neighbours exceeds; the best 100 count, as upstream.
/// Throws Error (InvalidModel) for other shapes.
std::vector<RawRegion> centernet_regions(std::span<const Output> outputs, std::size_t item, int width, int height,
                                         float threshold);

}  // namespace workflow
