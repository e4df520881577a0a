#pragma once

#include <array>
#include <vector>

#include "nets/net.h"

namespace workflow {

/// A feature pyramid (Lin et al.: Feature Pyramid Networks, 2017) with the two further levels that RetinaNet has, under
/// torchvision's names: `inner_blocks.0.0`, `layer_blocks.0.0`, `extra_blocks.p6`, and on.
class FeaturePyramid {
 public:
  /// `in` are the channels of a trunk's maps at strides 8, 16 and 32; `width` is what comes out. `prefix` stands before
  /// every name, as `backbone.fpn.`.
  FeaturePyramid(Net& net, const std::string& prefix, const std::array<std::int64_t, 3>& in, std::int64_t width);

  /// From a trunk's maps at strides 4 (which is not read) to 32: the levels at strides 8 to 128.
  std::vector<torch::Tensor> operator()(const std::array<torch::Tensor, 4>& maps) const;

 private:
  std::array<ConvUnit*, 3> inner_;  // narrow the trunk's maps
  std::array<ConvUnit*, 3> layer_;
  ConvUnit* p6_;
  ConvUnit* p7_;
};

}  // namespace workflow
