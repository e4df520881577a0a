#include "nets/face_embedder.h"

namespace workflow {

FaceEmbedder::FaceEmbedder() {
  stem_ = &conv("conv32_down", {.in = 3, .out = 32, .kernel = 7, .stride = 2, .activation = Activation::Relu});
  const auto block = [&](const std::string& name, std::int64_t in, std::int64_t out, bool is_down) {
    ConvUnit& first = conv(name + ".conv1", {.in = in,
                                             .out = out,
                                             .kernel = 3,
                                             .stride = is_down ? 2 : 1,
                                             .padding = is_down ? Padding::None : Padding::Half,
                                             .activation = Activation::Relu});
    ConvUnit& second = conv(name + ".conv2", {.in = out, .out = out, .kernel = 3, .padding = Padding::Half});
    blocks_.push_back({&first, &second, is_down});
  };
  block("conv32_1", 32, 32, false);
  block("conv32_2", 32, 32, false);
  block("conv32_3", 32, 32, false);
  block("conv64_down", 32, 64, true);
  block("conv64_1", 64, 64, false);
  block("conv64_2", 64, 64, false);
  block("conv64_3", 64, 64, false);
  block("conv128_down", 64, 128, true);
  block("conv128_1", 128, 128, false);
  block("conv128_2", 128, 128, false);
  block("conv256_down", 128, 256, true);
  block("conv256_1", 256, 256, false);
  block("conv256_2", 256, 256, false);
  block("conv256_down_out", 256, 256, true);
  fc_ = linear("fc", 256, 128, false);
}

torch::Tensor FaceEmbedder::run(const Block& block, const torch::Tensor& x) {
  const auto y = (*block.second)((*block.first)(x));
  if (!block.is_down) return (y + x).relu_();
  const auto pooled = at::avg_pool2d(x, {2, 2}, {2, 2});
  const auto shortcut = at::constant_pad_nd(pooled, {0, 0, 0, 0, 0, y.size(1) - pooled.size(1)});
  // An unpadded 3 x 3 at stride 2 gives a row less than the pooling does on even sizes: there the shortcut stands alone.
  const auto rows = shortcut.size(2) - y.size(2), columns = shortcut.size(3) - y.size(3);
  if (rows > 0 || columns > 0) return (shortcut + at::constant_pad_nd(y, {0, columns, 0, rows})).relu_();
  return (y + shortcut).relu_();
}

std::vector<torch::Tensor> FaceEmbedder::forward(const torch::Tensor& x) {
  auto y = at::max_pool2d((*stem_)(x), {3, 3}, {2, 2});
  for (const Block& block : blocks_) y = run(block, y);
  return {fc_->forward(y.mean({2, 3}))};
}

}  // namespace workflow
