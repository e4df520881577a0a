#include "nets/tiny_xception.h"

#include <fmt/format.h>

#include <limits>

namespace workflow {

TinyXception::TinyXception() {
  stem_ = &conv("entry_flow.conv_in",
                {.in = 3, .out = 32, .kernel = 3, .stride = 2, .padding = Padding::Same, .activation = Activation::Relu});
  entry_ = {reduction("entry_flow.reduction_block_0", 32, 64), reduction("entry_flow.reduction_block_1", 64, 128)};
  for (std::size_t i = 0; i < middle_.size(); ++i)
    for (std::size_t j = 0; j < 3; ++j)
      middle_[i][j] = separable(fmt::format("middle_flow.main_block_{}.separable_conv{}", i, j), 128, 128);
  exit_ = reduction("exit_flow.reduction_block", 128, 256);
  last_ = separable("exit_flow.separable_conv", 256, 512);
  age_ = linear("fc.age", 512, 1);
  gender_ = linear("fc.gender", 512, 2);
}

TinyXception::Separable TinyXception::separable(const std::string& name, std::int64_t in, std::int64_t out) {
  return {
      &conv(name + ".depthwise", {.in = in, .out = in, .kernel = 3, .groups = in, .bias = false, .padding = Padding::Half}),
      &conv(name + ".pointwise", {.in = in, .out = out})};
}

TinyXception::Reduction TinyXception::reduction(const std::string& name, std::int64_t in, std::int64_t out) {
  return {{separable(name + ".separable_conv0", in, out), separable(name + ".separable_conv1", out, out)},
          &conv(name + ".expansion_conv", {.in = in, .out = out, .stride = 2})};
}

torch::Tensor TinyXception::run(const Reduction& block, const torch::Tensor& x, bool is_first) {
  // The stem's output has had its ReLU already.
  const auto y = block.path[1](block.path[0](is_first ? x : x.relu()).relu());
  // TensorFlow's "SAME" at stride 2 on even sizes: a row below and a column to the right.
  const auto padded =
      at::constant_pad_nd(y, {0, y.size(3) % 2 == 0, 0, y.size(2) % 2 == 0}, -std::numeric_limits<float>::infinity());
  return at::max_pool2d(padded, {3, 3}, {2, 2}) + (*block.shortcut)(x);
}

torch::Tensor TinyXception::run(const Main& block, const torch::Tensor& x) {
  auto y = x;
  for (const Separable& each : block) y = each(y.relu());
  return y + x;
}

std::vector<torch::Tensor> TinyXception::forward(const torch::Tensor& x) {
  auto y = run(entry_[0], (*stem_)(x), true);
  y = run(entry_[1], y, false);
  for (const Main& block : middle_) y = run(block, y);
  y = last_(run(exit_, y, false)).relu();
  const auto pooled = at::avg_pool2d(y, {7, 7}, {2, 2}).flatten(1);
  return {age_->forward(pooled), gender_->forward(pooled)};
}

}  // namespace workflow
