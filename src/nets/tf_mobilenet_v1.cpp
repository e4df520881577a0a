#include "nets/tf_mobilenet_v1.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

namespace workflow {

TfMobileNetV1Trunk::TfMobileNetV1Trunk(Net& net, double width) : width_(width) {
  std::int64_t in = channels(32);
  stem_ = &net.conv(
      "Conv2d_0", {.in = 3, .out = in, .kernel = 3, .stride = 2, .padding = Padding::Same, .activation = Activation::Relu6});
  struct Block {
    std::int64_t out, stride;
  };
  constexpr std::array<Block, 13> blocks = {{{64, 1},
                                             {128, 2},
                                             {128, 1},
                                             {256, 2},
                                             {256, 1},
                                             {512, 2},
                                             {512, 1},
                                             {512, 1},
                                             {512, 1},
                                             {512, 1},
                                             {512, 1},
                                             {1024, 2},
                                             {1024, 1}}};
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    const std::string name = fmt::format("Conv2d_{}", i + 1);
    const std::int64_t out = channels(blocks[i].out);
    blocks_.push_back(&net.conv(name + "_depthwise", {.in = in,
                                                      .out = in,
                                                      .kernel = 3,
                                                      .stride = blocks[i].stride,
                                                      .groups = in,
                                                      .padding = Padding::Same,
                                                      .activation = Activation::Relu6}));
    blocks_.push_back(&net.conv(name + "_pointwise", {.in = in, .out = out, .activation = Activation::Relu6}));
    in = out;
  }
}

std::int64_t TfMobileNetV1Trunk::channels(std::int64_t at_width_1) const {
  return std::llround(width_ * static_cast<double>(at_width_1));
}

TfMobileNetV1Trunk::Maps TfMobileNetV1Trunk::operator()(const torch::Tensor& x) const {
  Maps maps;
  auto y = (*stem_)(x);
  for (std::size_t i = 0; i < blocks_.size(); ++i) {
    y = (*blocks_[i])(y);
    if (i == 21) maps.stride_16 = y;  // the eleventh pair's second
  }
  maps.stride_32 = y;
  return maps;
}

TfMobileNetV1::TfMobileNetV1(const TfMobileNetV1Settings& settings)
    : background_(settings.background), trunk_(*this, settings.width) {
  logits_ =
      &conv("Logits.Conv2d_1c_1x1", {.in = trunk_.channels(1024), .out = settings.outputs + (settings.background ? 1 : 0)});
}

std::vector<torch::Tensor> TfMobileNetV1::forward(const torch::Tensor& x) {
  const auto pooled = trunk_(x).stride_32.mean({2, 3}, /*keepdim=*/true);
  const auto scores = (*logits_)(pooled).flatten(1);
  return {background_ ? scores.slice(1, 1) : scores};
}

}  // namespace workflow
