#include "nets/feature_pyramid.h"

#include <fmt/format.h>

namespace workflow {

FeaturePyramid::FeaturePyramid(Net& net, const std::string& prefix, const std::array<std::int64_t, 3>& in,
                               std::int64_t width) {
  const auto filter = [&](const std::string& name, std::int64_t stride) {
    return &net.conv(prefix + name, {.in = width, .out = width, .kernel = 3, .stride = stride, .padding = Padding::Half});
  };
  for (std::size_t i = 0; i < inner_.size(); ++i) {
    inner_[i] = &net.conv(fmt::format("{}inner_blocks.{}.0", prefix, i), {.in = in[i], .out = width});
    layer_[i] = filter(fmt::format("layer_blocks.{}.0", i), 1);
  }
  p6_ = filter("extra_blocks.p6", 2);
  p7_ = filter("extra_blocks.p7", 2);
}

std::vector<torch::Tensor> FeaturePyramid::operator()(const std::array<torch::Tensor, 4>& maps) const {
  std::vector<torch::Tensor> levels(3);
  torch::Tensor above;
  for (std::size_t i = inner_.size(); i-- > 0;) {
    const auto inner = (*inner_[i])(maps[i + 1]);
    above = above.defined() ? inner + at::upsample_nearest2d(above, {inner.size(2), inner.size(3)}) : inner;
    levels[i] = (*layer_[i])(above);
  }
  levels.push_back((*p6_)(levels.back()));
  levels.push_back((*p7_)(levels.back().relu()));
  return levels;
}

}  // namespace workflow
