#pragma once

#include "nets/image_classifier.h"

namespace workflow {

/// A small residual net for pictures of 28 to 64 pixels: a stem at full size, then three stages that each halve the sides by a
/// convolution and add one residual block (He et al. 2015): 32, 48, 96 and 192 channels; 192 features, 1.1 million weights.
class TinyResNet : public ImageClassifier {
 public:
  explicit TinyResNet(const ImageClassifierSettings& settings);

 protected:
  torch::Tensor last_map(const torch::Tensor& x) const override;
  torch::Tensor scores(const torch::Tensor& features) override { return head_->forward(features); }

 private:
  struct Stage {
    ConvUnit* down;
    ConvUnit* first;
    ConvUnit* second;
  };

  ConvUnit* stem_;
  std::vector<Stage> stages_;
  torch::nn::Linear head_{nullptr};
};

}  // namespace workflow
