#pragma once

#include <span>
#include <vector>

#include "nets/net.h"
#include "train/detection/locations.h"

namespace workflow {

/// The targets of a batch of pictures, [N, P], as tensors.
struct LocationBatch {
  torch::Tensor one_hot;   ///< [N, P, classes]: 1 at the object's label
  torch::Tensor counts;    ///< [N, P, 1]: 0 where nothing is said
  torch::Tensor positive;  ///< [objects]: places in N * P that are for an object
  torch::Tensor boxes;     ///< [objects, 4]: of these
  double share = 1;        ///< one over the number of objects, at most 1

  /// `first_class` is where the concepts' scores begin: 1 behind a background that is not learnt.
  LocationBatch(std::span<const std::vector<LocationTarget>> pictures, std::int64_t classes, std::int64_t first_class,
                const torch::Device& device);
};

}  // namespace workflow
