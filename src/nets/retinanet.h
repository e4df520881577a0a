#pragma once

#include "nets/feature_pyramid.h"
#include "nets/resnet.h"

namespace workflow {

/// RetinaNet on a ResNet-50 with a feature pyramid (Lin et al.: Focal Loss for Dense Object Detection, 2017), torchvision's
/// retinanet_resnet50_fpn under its own names. Takes [N, 3, H, W], sides multiples of 32.
/// Gives two outputs: boxes [N, P, 4], left, top, right, bottom, relative to the input; and raw scores [N, P, classes],
/// of which the first is never learnt. P is nine for every cell at the strides 8 to 128, 120,087 at 800 x 800, or the `most`
/// whose best score is highest.
class RetinaNet : public Net {
 public:
  /// `most` 0 gives all boxes.
  explicit RetinaNet(std::int64_t classes = 91, std::int64_t most = 0);
  std::vector<torch::Tensor> forward(const torch::Tensor& x) override;

 private:
  struct Head {
    std::vector<ConvUnit*> path;
  };

  Head head(const std::string& name, const std::string& last, std::int64_t out);
  static torch::Tensor run(const Head& head, const torch::Tensor& x, std::int64_t length);

  std::int64_t classes_;
  std::int64_t most_;
  ResNetTrunk trunk_;
  FeaturePyramid pyramid_;
  Head scores_;
  Head boxes_;
};

}  // namespace workflow
