#pragma once

#include "nets/net.h"

namespace workflow {

struct TfMobileBlockSettings {
  std::int64_t in = 0;        ///< channels
  std::int64_t expanded = 0;  ///< channels between; equal to `in` leaves the widening convolution out
  std::int64_t out = 0;       ///< channels
  std::int64_t kernel = 3;    ///< of the depthwise convolution
  std::int64_t stride = 1;
  std::int64_t squeezed = 0;  ///< channels of the squeeze-and-excitation; 0 for none
  Activation activation = Activation::Relu6;
  bool batch_norm = false;  ///< normalisation beside each convolution, `<name>_bn`; else it is folded already
};

/// The inverted residual of MobileNetV2 and V3 as TensorFlow has it, with its padding "SAME" and its names: `<name>.expand`,
/// `.depthwise`, `.squeeze_excite.Conv`, `.squeeze_excite.Conv_1`, `.project`.
/// Sandler et al.: MobileNetV2, 2018; Howard et al.: Searching for MobileNetV3, 2019.
class TfMobileBlock {
 public:
  TfMobileBlock(Net& net, const std::string& name, const TfMobileBlockSettings& settings);

  torch::Tensor operator()(const torch::Tensor& x) const { return narrowed(x, filtered(widened(x))); }

  // Its three parts, for nets that read a map between them.
  torch::Tensor widened(const torch::Tensor& x) const { return expand_ ? (*expand_)(x) : x; }
  torch::Tensor filtered(const torch::Tensor& widened) const;  ///< depthwise, squeezed and excited where it does that
  torch::Tensor narrowed(const torch::Tensor& x, const torch::Tensor& filtered) const;  ///< `x` is the block's input

 private:
  ConvUnit* expand_ = nullptr;
  ConvUnit* depthwise_ = nullptr;
  ConvUnit* squeeze_ = nullptr;
  ConvUnit* excite_ = nullptr;
  ConvUnit* project_ = nullptr;
  bool is_residual_ = false;
};

/// A convolution as those nets have it: TensorFlow's padding, and where `batch_norm` is set no bias but a normalisation
/// `<name>_bn` with TensorFlow's epsilon.
ConvUnit& tf_conv(Net& net, const std::string& name, ConvSettings settings, bool batch_norm);

}  // namespace workflow
