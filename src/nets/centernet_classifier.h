#pragma once

#include "nets/centernet_trunk.h"

namespace workflow {

/// CenterNetFeatures with a fully connected layer behind it, `head`: the image-embedder's trunk as a classifier.
/// Takes [N, 3, H, W] in 0..255; gives one output [N, outputs], raw.
class CenterNetClassifier : public Net {
 public:
  explicit CenterNetClassifier(std::int64_t outputs) : features_(*this), head_(linear("head", CenterNetMeans::length, outputs)) {}
  std::vector<torch::Tensor> forward(const torch::Tensor& x) override { return {head_->forward(features_(x))}; }

 private:
  CenterNetMeans features_;
  torch::nn::Linear head_;
};

}  // namespace workflow
