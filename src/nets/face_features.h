#pragma once

#include <array>

#include "nets/net.h"

namespace workflow {

/// face-api's FaceFeatureExtractor with a fully connected head: the net of face-expression (7 outputs) and of
/// face-landmarks (136). Takes [N, 3, 112, 112]; gives one output [N, outputs], raw.
class FaceFeatures : public Net {
 public:
  explicit FaceFeatures(std::int64_t outputs);
  std::vector<torch::Tensor> forward(const torch::Tensor& x) override;

 private:
  struct Separable {
    ConvUnit* depthwise = nullptr;  // null in the very first, which is a whole convolution
    ConvUnit* pointwise = nullptr;
    torch::Tensor operator()(const torch::Tensor& x) const { return (*pointwise)(depthwise ? (*depthwise)(x) : x); }
  };
  using Block = std::array<Separable, 4>;

  Separable separable(const std::string& name, std::int64_t in, std::int64_t out, bool is_first);
  static torch::Tensor run(const Block& block, const torch::Tensor& x);

  std::array<Block, 4> blocks_;
  torch::nn::Linear fc_{nullptr};
};

}  // namespace workflow
