#pragma once

#include "nets/net.h"

namespace workflow {

/// The convolutions of MobileNetV1 (Howard et al. 2017) as TensorFlow has them, which classifiers and detectors share:
/// padding "SAME", batch normalisation folded, names `Conv2d_0`, `Conv2d_1_depthwise`, `Conv2d_1_pointwise`, and on.
class TfMobileNetV1Trunk {
 public:
  /// `width` multiplies the channels, 0.25 to 1.
  TfMobileNetV1Trunk(Net& net, double width);

  struct Maps {
    torch::Tensor stride_16;  ///< behind block 11
    torch::Tensor stride_32;  ///< behind block 13, the last
  };
  Maps operator()(const torch::Tensor& x) const;

  std::int64_t channels(std::int64_t at_width_1) const;  ///< at this trunk's width

 private:
  double width_;
  ConvUnit* stem_;
  std::vector<ConvUnit*> blocks_;  // depthwise and pointwise in turn
};

struct TfMobileNetV1Settings {
  std::int64_t outputs = 1000;  ///< concepts
  double width = 1;             ///< of the trunk
  bool background = false;      ///< the weights have a first output more, for none of them, which is not given
};

/// MobileNetV1 as a classifier. Takes [N, 3, H, W]; gives one output [N, outputs], raw.
class TfMobileNetV1 : public Net {
 public:
  explicit TfMobileNetV1(const TfMobileNetV1Settings& settings);
  std::vector<torch::Tensor> forward(const torch::Tensor& x) override;

 private:
  bool background_;
  TfMobileNetV1Trunk trunk_;
  ConvUnit* logits_;
};

}  // namespace workflow
