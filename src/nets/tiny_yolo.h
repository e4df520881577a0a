#pragma once

#include "nets/net.h"

namespace workflow {

/// Tiny YOLO v2 with separable convolutions, for one kind of object: face-api's tiny face detector.
/// Takes [N, 3, S, S], S = 416; gives one output [N, S/32, S/32, anchors * 5]: for each anchor x, y, width, height and
/// objectness, all raw.
class TinyYolo : public Net {
 public:
  explicit TinyYolo(std::int64_t anchors = 5);
  std::vector<torch::Tensor> forward(const torch::Tensor& x) override;

 private:
  std::vector<ConvUnit*> trunk_;
  ConvUnit* head_;
};

}  // namespace workflow
