#include "nets/centernet_trunk.h"

#include <fmt/format.h>

namespace workflow {

CenterNetTrunk::CenterNetTrunk(Net& net) {
  constexpr auto relu = Activation::Relu, swish = Activation::Hardswish;
  stem_ = &tf_conv(net, "MobilenetV3.Conv", {.in = 3, .out = 16, .kernel = 3, .stride = 2, .activation = swish}, false);
  for (const TfMobileBlockSettings& row : std::initializer_list<TfMobileBlockSettings>{
           {.in = 16, .expanded = 16, .out = 16, .activation = relu},
           {.in = 16, .expanded = 64, .out = 24, .stride = 2, .activation = relu},
           {.in = 24, .expanded = 72, .out = 24, .activation = relu},
           {.in = 24, .expanded = 72, .out = 32, .kernel = 5, .stride = 2, .squeezed = 24, .activation = relu},
           {.in = 32, .expanded = 96, .out = 32, .kernel = 5, .squeezed = 24, .activation = relu},
           {.in = 32, .expanded = 96, .out = 32, .kernel = 5, .squeezed = 24, .activation = relu},
           {.in = 32, .expanded = 192, .out = 64, .stride = 2, .activation = swish},
           {.in = 64, .expanded = 160, .out = 64, .activation = swish},
           {.in = 64, .expanded = 144, .out = 64, .activation = swish},
           {.in = 64, .expanded = 144, .out = 64, .activation = swish},
           {.in = 64, .expanded = 384, .out = 88, .squeezed = 96, .activation = swish},
           {.in = 88, .expanded = 528, .out = 88, .squeezed = 136, .activation = swish},
           {.in = 88, .expanded = 528, .out = 120, .kernel = 5, .stride = 2, .squeezed = 136, .activation = swish},
           {.in = 120, .expanded = 720, .out = 120, .kernel = 5, .squeezed = 184, .activation = swish},
           {.in = 120, .expanded = 720, .out = 120, .kernel = 5, .squeezed = 184, .activation = swish}}) {
    const std::string number = blocks_.empty() ? "" : fmt::format("_{}", blocks_.size());
    blocks_.emplace_back(net, "MobilenetV3.expanded_conv" + number, row);
  }
  last_ = &net.conv("extern1", {.in = 120, .out = 480, .activation = swish});
}

torch::Tensor CenterNetTrunk::operator()(const torch::Tensor& x,
                                         const std::function<void(std::size_t, const Step&)>& see) const {
  auto y = (*stem_)(x);
  for (std::size_t i = 0; i < blocks_.size(); ++i) {
    const auto widened = blocks_[i].widened(y);
    const auto filtered = blocks_[i].filtered(widened);
    y = blocks_[i].narrowed(y, filtered);
    see(i, {widened, filtered, y});
  }
  return (*last_)(y);
}

torch::Tensor CenterNetMeans::operator()(const torch::Tensor& x) const {
  std::vector<torch::Tensor> parts;
  const auto last = trunk_(x, [&](std::size_t block, const CenterNetTrunk::Step& step) {
    if (block == 8 || block == 11 || block == 12 || block == 14) parts.push_back(step.filtered.mean({2, 3}));
  });
  parts.push_back(last.mean({2, 3}));
  return at::cat(parts, 1);
}

}  // namespace workflow
