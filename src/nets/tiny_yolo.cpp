#include "nets/tiny_yolo.h"

#include <limits>

namespace workflow {

TinyYolo::TinyYolo(std::int64_t anchors) {
  trunk_.push_back(&conv("conv0", {.in = 3, .out = 16, .kernel = 3}));
  std::int64_t channels = 16;
  for (int i = 1; i <= 5; ++i, channels *= 2) {
    const std::string name = "conv" + std::to_string(i);
    trunk_.push_back(
        &conv(name + ".depthwise",
              {.in = channels, .out = channels, .kernel = 3, .groups = channels, .bias = false, .padding = Padding::Half}));
    trunk_.push_back(&conv(name + ".pointwise", {.in = channels, .out = channels * 2}));
  }
  head_ = &conv("conv8", {.in = channels, .out = anchors * 5});
}

std::vector<torch::Tensor> TinyYolo::forward(const torch::Tensor& x) {
  // The activation only grows with its argument, so it may follow the pooling: a quarter of the work, the same numbers.
  const auto leaky = [](torch::Tensor pooled) { return at::leaky_relu_(pooled, 0.1); };
  auto y = leaky(max_pool_2x2((*trunk_[0])(x)));
  for (std::size_t i = 1; i + 2 < trunk_.size(); i += 2) y = leaky(max_pool_2x2((*trunk_[i + 1])((*trunk_[i])(y))));
  y = (*trunk_[trunk_.size() - 1])((*trunk_[trunk_.size() - 2])(y));
  // The last pooling keeps the size: TensorFlow's "SAME" at stride 1.
  y = at::constant_pad_nd(y, {0, 1, 0, 1}, -std::numeric_limits<float>::infinity());
  y = leaky(at::max_pool2d(y, {2, 2}, {1, 1}));
  return {(*head_)(y).permute({0, 2, 3, 1})};
}

}  // namespace workflow
