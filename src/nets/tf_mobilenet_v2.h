#pragma once

#include "nets/tf_mobile_block.h"

namespace workflow {

struct TfMobileNetV2Settings {
  std::int64_t outputs = 1000;            ///< concepts
  bool background = false;                ///< the weights have a first output more, for none of them, which is not given
  bool batch_norm = false;                ///< normalisation beside each convolution, `<name>_bn`; else it is folded already
  std::vector<std::int64_t> hidden = {};  ///< fully connected layers with ReLU between the features and the scores
  /// Gives features in place of the scores; the head stays, so the same file loads. True is the pooled last map, 1280.
  bool features = false;
  /// With `features`: the pooled depthwise maps of these blocks, 1 to 16, side by side in place of the last map.
  std::vector<std::int64_t> blocks = {};
};

/// MobileNetV2 at width 1 (Sandler et al. 2018) as TensorFlow has it: `Conv`, `expanded_conv`, `expanded_conv_1` to `_16`,
/// `Conv_1`. Takes [N, 3, H, W]; gives one output: raw scores [N, outputs], or features.
class TfMobileNetV2 : public Net {
 public:
  explicit TfMobileNetV2(const TfMobileNetV2Settings& settings);
  std::vector<torch::Tensor> forward(const torch::Tensor& x) override;

 private:
  torch::Tensor scores(const torch::Tensor& features);

  TfMobileNetV2Settings settings_;
  ConvUnit* stem_;
  std::vector<TfMobileBlock> blocks_;
  ConvUnit* last_;
  std::vector<torch::nn::Linear> hidden_;
  ConvUnit* logits_;
};

}  // namespace workflow
