#pragma once

#include "nets/net.h"

namespace workflow {

struct MobileBlockSettings {
  std::int64_t in = 0;        ///< channels
  std::int64_t expanded = 0;  ///< channels between; equal to `in` leaves the widening convolution out
  std::int64_t out = 0;       ///< channels
  std::int64_t kernel = 3;    ///< of the depthwise convolution
  std::int64_t stride = 1;
  std::int64_t squeezed = 0;  ///< channels of the squeeze-and-excitation; 0 for none
  Activation activation = Activation::Relu;
  Activation squeeze_activation = Activation::Relu;
  Activation gate = Activation::Hardsigmoid;
  double norm_epsilon = 1e-5;
  bool flat_projection = false;  ///< MobileNetV2's names: `3.weight` where the later nets have `3.0.weight`
};

/// The inverted residual of MobileNetV2 and its heirs: widen (1 x 1), depthwise, squeeze-and-excitation (optional),
/// narrow without an activation; the input is added where it has the output's shape. The parts are numbered as
/// torchvision numbers them: `<name>.0.0.weight`, `<name>.0.1.weight`, and on.
/// Sandler et al.: MobileNetV2, 2018; Howard et al.: Searching for MobileNetV3, 2019.
class MobileBlock {
 public:
  MobileBlock(Net& net, const std::string& name, const MobileBlockSettings& settings);

  torch::Tensor operator()(const torch::Tensor& x) const { return rest(x, widened(x)); }

  /// The widened input, which detectors read at the last block of a stride.
  torch::Tensor widened(const torch::Tensor& x) const { return widen_ ? (*widen_)(x) : x; }

  /// The block's output from its input and the widened one.
  torch::Tensor rest(const torch::Tensor& x, const torch::Tensor& widened) const;

 private:
  ConvUnit* widen_ = nullptr;
  ConvUnit* depthwise_ = nullptr;
  ConvUnit* squeeze_ = nullptr;
  ConvUnit* excite_ = nullptr;
  ConvUnit* narrow_ = nullptr;
  bool is_residual_ = false;
};

}  // namespace workflow
