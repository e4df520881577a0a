#pragma once

#include <functional>

#include "nets/tf_mobile_block.h"

namespace workflow {

/// The MobileNetV3 (Howard et al. 2019) under 610265158/mobilenetv3_centernet, with TensorFlow's padding and names:
/// `MobilenetV3.Conv`, `MobilenetV3.expanded_conv` to `_14`, `extern1`. Takes RGB in 0..255.
class CenterNetTrunk {
 public:
  explicit CenterNetTrunk(Net& net);

  /// What a block makes on its way.
  struct Step {
    const torch::Tensor& widened;
    const torch::Tensor& filtered;
    const torch::Tensor& out;
  };
  /// Gives the last map, [N, 480, H / 32, W / 32], and shows every block's steps on the way.
  torch::Tensor operator()(const torch::Tensor& x, const std::function<void(std::size_t block, const Step&)>& see) const;

 private:
  ConvUnit* stem_;
  std::vector<TfMobileBlock> blocks_;
  ConvUnit* last_;
};

/// What that trunk tells of a picture, [N, 2400]: the means over the filtered maps of the blocks 8, 11, 12 and 14 (144, 528,
/// 528 and 720 channels) and over the last map (480). Several depths together tell more than the last alone: what hands show
/// stands in the middle of the net, what a photo is about at its end.
class CenterNetMeans {
 public:
  static constexpr std::int64_t length = 2400;
  explicit CenterNetMeans(Net& net) : trunk_(net) {}
  torch::Tensor operator()(const torch::Tensor& x) const;

 private:
  CenterNetTrunk trunk_;
};

/// The same as an embedder. Takes [N, 3, H, W]; gives one output [N, 2400].
class CenterNetFeatures : public Net {
 public:
  CenterNetFeatures() : means_(*this) {}
  std::vector<torch::Tensor> forward(const torch::Tensor& x) override { return {means_(x)}; }

 private:
  CenterNetMeans means_;
};

}  // namespace workflow
