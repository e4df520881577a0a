#pragma once

#include "model/decode/boxes.h"

namespace workflow {

enum class Scores { Sigmoid, Softmax };  ///< how raw scores become probabilities

struct ScoredBoxesSettings {
  Scores scores = Scores::Sigmoid;
  bool background = false;  ///< the first score is for none of the labels
};

/// Reads two outputs: boxes [N, P, 4], left, top, right, bottom, relative to the input, and raw scores [N, P, labels]; a box
/// is given once for each label whose score is above the threshold, as SSD and RetinaNet do. The best 400 count.
/// Throws Error (InvalidModel) for other shapes.
std::vector<RawRegion> scored_boxes(std::span<const Output> outputs, std::size_t item, const ScoredBoxesSettings& settings,
                                    float threshold);

/// Reads FastestDet's output [N, 5 + labels, h, w]. Throws Error (InvalidModel) for another shape.
std::vector<RawRegion> fastestdet_regions(const Output& output, std::size_t item, float threshold);

}  // namespace workflow
