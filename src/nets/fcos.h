#pragma once

#include <array>

#include "nets/feature_pyramid.h"
#include "nets/resnet.h"

namespace workflow {

/// FCOS (Tian et al.: Fully Convolutional One-Stage Object Detection, 2019) on a ResNet-18 with a feature pyramid of 128
/// channels, its head normalised over groups of channels (Wu and He 2018). The trunk has a ResNet's own names, so that a
/// classifier's weights are a beginning. Takes [N, 3, H, W], sides multiples of 32.
/// Gives two outputs: boxes [N, P, 4], left, top, right, bottom, relative to the input; and scores [N, P, classes] as
/// logits of the root of a location's score and its centre-ness. P is one for every cell at the strides 8 to 128.
class Fcos : public Net {
 public:
  explicit Fcos(std::int64_t classes);
  std::vector<torch::Tensor> forward(const torch::Tensor& x) override;

  /// What training needs: the boxes, raw scores [N, P, classes], and raw centre-ness [N, P].
  std::array<torch::Tensor, 3> raw(const torch::Tensor& x);

 private:
  struct Path {
    std::vector<ConvUnit*> convolutions;
    torch::nn::ModuleList norms{nullptr};
    torch::Tensor operator()(const torch::Tensor& x) const;
  };
  Path path(const std::string& name, const std::string& norms);
  ConvUnit& last(const std::string& name, std::int64_t out);

  std::int64_t classes_;
  ResNetTrunk trunk_;
  FeaturePyramid pyramid_;
  Path score_path_;
  Path box_path_;
  ConvUnit* scores_;
  ConvUnit* distances_;
  ConvUnit* centreness_;
  torch::Tensor scales_;  // [5], of the exponents of a level's distances
};

}  // namespace workflow
