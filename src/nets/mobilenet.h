#pragma once

#include "nets/image_classifier.h"
#include "nets/mobile_block.h"

namespace workflow {

/// What MobileNetV2 and its heirs have in common: a convolution, inverted residuals, another convolution, and a head that
/// drops units before its last layer in training.
class MobileClassifier : public ImageClassifier {
 protected:
  using ImageClassifier::ImageClassifier;

  torch::Tensor last_map(const torch::Tensor& x) const final;
  torch::Tensor scores(const torch::Tensor& features) override;

  ConvUnit* stem_ = nullptr;
  std::vector<MobileBlock> blocks_;
  ConvUnit* last_ = nullptr;
  torch::nn::Linear classifier_{nullptr};
};

/// MobileNetV2 at width 1 (Sandler et al. 2018) with torchvision's names; 1280 features.
class MobileNetV2 : public MobileClassifier {
 public:
  explicit MobileNetV2(const ImageClassifierSettings& settings);
};

/// The blocks of MobileNetV3 (Howard et al. 2019), in their order; all with batch normalisation at an epsilon of 0.001.
/// `reduced_tail` halves the channels from the last stride on, as torchvision does below detectors.
std::vector<MobileBlockSettings> mobilenet_v3_blocks(bool is_large, bool reduced_tail = false);

/// MobileNetV3, small or large, with torchvision's names; 576 or 960 features: the pooled last map, before the head's
/// first layer.
class MobileNetV3 : public MobileClassifier {
 public:
  MobileNetV3(bool is_large, const ImageClassifierSettings& settings);

 protected:
  torch::Tensor scores(const torch::Tensor& features) override;

 private:
  torch::nn::Linear hidden_{nullptr};
};

/// EfficientNet-B0 (Tan and Le 2019) with torchvision's names; 1280 features. Trained, it drops units of its head, as
/// torchvision does, but no whole blocks.
class EfficientNetB0 : public MobileClassifier {
 public:
  explicit EfficientNetB0(const ImageClassifierSettings& settings);
};

}  // namespace workflow
