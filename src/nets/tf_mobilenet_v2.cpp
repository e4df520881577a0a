#include "nets/tf_mobilenet_v2.h"

#include <fmt/format.h>

#include <algorithm>

namespace workflow {

TfMobileNetV2::TfMobileNetV2(const TfMobileNetV2Settings& settings) : settings_(settings) {
  constexpr auto relu6 = Activation::Relu6;
  const bool norm = settings.batch_norm;
  stem_ = &tf_conv(*this, "Conv", {.in = 3, .out = 32, .kernel = 3, .stride = 2, .activation = relu6}, norm);
  struct Stage {
    std::int64_t widening, out;
    int blocks;
    std::int64_t stride;
  };
  std::int64_t in = 32;
  for (const Stage& stage :
       {Stage{1, 16, 1, 1}, {6, 24, 2, 2}, {6, 32, 3, 2}, {6, 64, 4, 2}, {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1}}) {
    for (int i = 0; i < stage.blocks; ++i) {
      const std::string name = blocks_.empty() ? "expanded_conv" : fmt::format("expanded_conv_{}", blocks_.size());
      blocks_.emplace_back(*this, name,
                           TfMobileBlockSettings{.in = in,
                                                 .expanded = stage.widening * in,
                                                 .out = stage.out,
                                                 .stride = i == 0 ? stage.stride : 1,
                                                 .batch_norm = norm});
      in = stage.out;
    }
  }
  last_ = &tf_conv(*this, "Conv_1", {.in = in, .out = 1280, .activation = relu6}, norm);
  in = 1280;
  for (const std::int64_t width : settings.hidden) {
    hidden_.push_back(linear(fmt::format("hidden.{}", hidden_.size()), in, width));
    in = width;
  }
  logits_ = &conv("Logits.Conv2d_1c_1x1", {.in = in, .out = settings.outputs + (settings.background ? 1 : 0)});
}

std::vector<torch::Tensor> TfMobileNetV2::forward(const torch::Tensor& x) {
  const auto& wanted = settings_.blocks;
  std::vector<torch::Tensor> parts;
  auto y = (*stem_)(x);
  for (std::size_t i = 0; i < blocks_.size(); ++i) {
    const auto filtered = blocks_[i].filtered(blocks_[i].widened(y));
    if (std::ranges::find(wanted, static_cast<std::int64_t>(i)) != wanted.end()) parts.push_back(filtered.mean({2, 3}));
    if (settings_.features && !wanted.empty() && parts.size() == wanted.size()) return {at::cat(parts, 1)};
    y = blocks_[i].narrowed(y, filtered);
  }
  const auto features = (*last_)(y).mean({2, 3});
  return {settings_.features ? features : scores(features)};
}

torch::Tensor TfMobileNetV2::scores(const torch::Tensor& features) {
  auto y = features;
  for (auto& layer : hidden_) y = layer->forward(y).relu();
  y = (*logits_)(y.unsqueeze(-1).unsqueeze(-1)).flatten(1);
  return settings_.background ? y.slice(1, 1) : y;
}

}  // namespace workflow
