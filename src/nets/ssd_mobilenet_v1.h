#pragma once

#include <array>

#include "nets/tf_mobilenet_v1.h"

namespace workflow {

/// SSD (Liu et al. 2015) on a MobileNetV1 at width 0.75, as TensorFlow's detection models have it, with their names; the
/// anchors (centre y and x, height, width, relative) are part of its weights. Takes [N, 3, 300, 300].
/// Gives two outputs: boxes [N, 1917, 4], left, top, right, bottom, relative to the input; and raw scores
/// [N, 1917, 1 + classes], the first a background's.
class SsdMobileNetV1 : public Net {
 public:
  explicit SsdMobileNetV1(std::int64_t classes = 90);
  std::vector<torch::Tensor> forward(const torch::Tensor& x) override;

 private:
  struct Head {
    ConvUnit* boxes;
    ConvUnit* scores;
  };

  TfMobileNetV1Trunk trunk_;
  std::int64_t scores_;                            // of one anchor
  std::vector<std::array<ConvUnit*, 2>> further_;  // each halves the map: narrow, then stride 2
  std::vector<Head> heads_;
  torch::Tensor anchors_;
};

}  // namespace workflow
