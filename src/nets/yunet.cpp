#include "nets/yunet.h"

namespace workflow {

YuNet::YuNet() {
  stem_ = &conv("backbone.model0.conv1", {.in = 3,
                                          .out = 16,
                                          .kernel = 3,
                                          .stride = 2,
                                          .padding = Padding::Half,
                                          .activation = Activation::Relu,
                                          .norm = "backbone.model0.bn1"});
  backbone_.push_back(separable("backbone.model0.conv2", 16, 16, false));
  for (int i = 1; i <= 5; ++i) {
    const std::string stage = "backbone.model" + std::to_string(i);
    const std::int64_t in = i == 1 ? 16 : 64;
    backbone_.push_back(separable(stage + ".conv1", in, in, false));
    backbone_.push_back(separable(stage + ".conv2", in, 64, false));
  }
  for (std::size_t level = 0; level < levels; ++level) {
    const std::string number = std::to_string(level);
    lateral_[level] = separable("neck.lateral_convs." + number, 64, 64, false);
    shared_[level] = separable("bbox_head.multi_level_share_convs." + number + ".0", 64, 64, false);
    heads_[level] = {separable("bbox_head.multi_level_cls." + number, 64, 1, true),
                     separable("bbox_head.multi_level_obj." + number, 64, 1, true),
                     separable("bbox_head.multi_level_bbox." + number, 64, 4, true),
                     separable("bbox_head.multi_level_kps." + number, 64, 10, true)};
  }
}

YuNet::Separable YuNet::separable(const std::string& name, std::int64_t in, std::int64_t out, bool is_head) {
  ConvUnit& pointwise = conv(name + ".conv1", {.in = in, .out = out});
  ConvUnit& depthwise = conv(name + ".conv2", {.in = out,
                                               .out = out,
                                               .kernel = 3,
                                               .groups = out,
                                               .padding = Padding::Half,
                                               .activation = is_head ? Activation::None : Activation::Relu,
                                               .norm = is_head ? "" : name + ".bn"});
  return {&pointwise, &depthwise};
}

void YuNet::join_units() {
  for (std::size_t level = 0; level < levels; ++level) {
    std::vector<const ConvUnit*> pointwise, depthwise;
    for (const Separable& head : heads_[level]) {
      pointwise.push_back(head.pointwise);
      depthwise.push_back(head.depthwise);
    }
    joined_heads_[level] = {&add_joined(ConvUnit::joined(pointwise)), &add_joined(ConvUnit::joined(depthwise))};
  }
}

torch::Tensor YuNet::heads(std::size_t level, const torch::Tensor& x) const {
  torch::Tensor y;
  if (is_prepared()) {
    y = joined_heads_[level](x);
  } else {
    std::vector<torch::Tensor> parts;
    for (const Separable& head : heads_[level]) parts.push_back(head(x));
    y = at::cat(parts, 1);
  }
  return y.permute({0, 2, 3, 1}).flatten(1, 2);
}

std::vector<torch::Tensor> YuNet::forward(const torch::Tensor& x) {
  auto y = max_pool_2x2(backbone_[0]((*stem_)(x)));
  std::array<torch::Tensor, levels> features;
  for (std::size_t stage = 1; stage <= 5; ++stage) {
    y = backbone_[2 * stage](backbone_[2 * stage - 1](y));
    if (stage >= 3) features[stage - 3] = y;
    if (stage >= 2 && stage <= 4) y = max_pool_2x2(y);
  }
  for (std::size_t level = levels; level-- > 0;) {
    features[level] = lateral_[level](features[level]);
    if (level == 0) break;
    const auto& below = features[level - 1];
    features[level - 1] = below + at::upsample_nearest2d(features[level], {below.size(2), below.size(3)});
  }
  std::vector<torch::Tensor> rows;
  for (std::size_t level = 0; level < levels; ++level) rows.push_back(heads(level, shared_[level](features[level])));
  return {at::cat(rows, 1)};
}

}  // namespace workflow
