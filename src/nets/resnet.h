#pragma once

#include <array>

#include "nets/image_classifier.h"

namespace workflow {

/// The four stages of a residual net (He et al. 2015), which classifiers and detectors share, with torchvision's names:
/// `conv1`, `bn1`, `layer1.0.conv1`, and on. The stride of a bottleneck stands in its 3 x 3 convolution (v1.5).
class ResNetTrunk {
 public:
  /// `layers` is 18, 34, 50 or 101; the first two are made of basic blocks, the others of bottlenecks. `prefix` stands
  /// before every name, as `backbone.body.`.
  ResNetTrunk(Net& net, std::int64_t layers, const std::string& prefix = "");

  /// The maps behind the four stages, at strides 4, 8, 16 and 32.
  std::array<torch::Tensor, 4> operator()(const torch::Tensor& x) const;

  std::int64_t channels() const { return channels_; }  ///< of the last map: 512 or 2048

 private:
  struct Block {
    std::vector<ConvUnit*> path;
    ConvUnit* shortcut = nullptr;  // null where the input itself is added
    torch::Tensor operator()(const torch::Tensor& x) const;
  };

  Block block(Net& net, const std::string& name, std::int64_t width, std::int64_t stride);

  bool is_bottleneck_;
  std::int64_t channels_ = 64;
  ConvUnit* stem_;
  std::array<std::vector<Block>, 4> stages_;
};

/// ResNet-18, 34, 50 or 101 as torchvision has them: 512 or 2048 features.
class ResNet : public ImageClassifier {
 public:
  ResNet(std::int64_t layers, const ImageClassifierSettings& settings);

 protected:
  torch::Tensor last_map(const torch::Tensor& x) const override { return trunk_(x).back(); }
  torch::Tensor scores(const torch::Tensor& features) override { return fc_->forward(features); }

 private:
  ResNetTrunk trunk_;
  torch::nn::Linear fc_;
};

}  // namespace workflow
