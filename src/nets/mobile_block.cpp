#include "nets/mobile_block.h"

namespace workflow {

MobileBlock::MobileBlock(Net& net, const std::string& name, const MobileBlockSettings& settings)
    : is_residual_(settings.stride == 1 && settings.in == settings.out) {
  int number = 0;
  const auto next = [&] { return name + "." + std::to_string(number++); };
  const auto unit = [&](ConvSettings convolution) {
    const std::string part = next();
    convolution.bias = false;
    convolution.padding = Padding::Half;
    convolution.activation = settings.activation;
    convolution.norm = part + ".1";
    convolution.norm_epsilon = settings.norm_epsilon;
    return &net.conv(part + ".0", convolution);
  };
  if (settings.expanded != settings.in) widen_ = unit({.in = settings.in, .out = settings.expanded});
  depthwise_ = unit({.in = settings.expanded,
                     .out = settings.expanded,
                     .kernel = settings.kernel,
                     .stride = settings.stride,
                     .groups = settings.expanded});
  if (settings.squeezed > 0) {
    const std::string part = next();
    squeeze_ = &net.conv(part + ".fc1",
                         {.in = settings.expanded, .out = settings.squeezed, .activation = settings.squeeze_activation});
    excite_ = &net.conv(part + ".fc2", {.in = settings.squeezed, .out = settings.expanded, .activation = settings.gate});
  }
  const std::string last = next();
  narrow_ =
      &net.conv(settings.flat_projection ? last : last + ".0", {.in = settings.expanded,
                                                                .out = settings.out,
                                                                .bias = false,
                                                                .norm = settings.flat_projection ? next() : last + ".1",
                                                                .norm_epsilon = settings.norm_epsilon});
}

torch::Tensor MobileBlock::rest(const torch::Tensor& x, const torch::Tensor& widened) const {
  auto y = (*depthwise_)(widened);
  if (squeeze_) y = y * (*excite_)((*squeeze_)(y.mean({2, 3}, /*keepdim=*/true)));
  y = (*narrow_)(y);
  return is_residual_ ? y + x : y;
}

}  // namespace workflow
