#include "nets/tf_mobile_block.h"

namespace workflow {

ConvUnit& tf_conv(Net& net, const std::string& name, ConvSettings settings, bool batch_norm) {
  settings.padding = Padding::Same;
  settings.bias = !batch_norm;
  if (batch_norm) settings.norm = name + "_bn";
  settings.norm_epsilon = 1e-3;
  return net.conv(name, settings);
}

TfMobileBlock::TfMobileBlock(Net& net, const std::string& name, const TfMobileBlockSettings& settings)
    : is_residual_(settings.stride == 1 && settings.in == settings.out) {
  const auto unit = [&](const std::string& part, const ConvSettings& convolution) {
    return &tf_conv(net, name + part, convolution, settings.batch_norm);
  };
  if (settings.expanded != settings.in)
    expand_ = unit(".expand", {.in = settings.in, .out = settings.expanded, .activation = settings.activation});
  depthwise_ = unit(".depthwise", {.in = settings.expanded,
                                   .out = settings.expanded,
                                   .kernel = settings.kernel,
                                   .stride = settings.stride,
                                   .groups = settings.expanded,
                                   .activation = settings.activation});
  if (settings.squeezed > 0) {
    squeeze_ = &net.conv(name + ".squeeze_excite.Conv",
                         {.in = settings.expanded, .out = settings.squeezed, .activation = Activation::Relu});
    excite_ = &net.conv(name + ".squeeze_excite.Conv_1",
                        {.in = settings.squeezed, .out = settings.expanded, .activation = Activation::Hardsigmoid});
  }
  project_ = unit(".project", {.in = settings.expanded, .out = settings.out});
}

torch::Tensor TfMobileBlock::filtered(const torch::Tensor& widened) const {
  auto y = (*depthwise_)(widened);
  if (squeeze_) y = y * (*excite_)((*squeeze_)(y.mean({2, 3}, /*keepdim=*/true)));
  return y;
}

torch::Tensor TfMobileBlock::narrowed(const torch::Tensor& x, const torch::Tensor& filtered) const {
  const auto y = (*project_)(filtered);
  return is_residual_ ? y + x : y;
}

}  // namespace workflow
