#include "nets/face_features.h"

namespace workflow {

FaceFeatures::FaceFeatures(std::int64_t outputs) {
  std::int64_t in = 3;
  for (int i = 0; i < 4; ++i) {
    const std::int64_t out = 32 << i;
    const std::string block = "dense" + std::to_string(i);
    for (std::size_t j = 0; j < 4; ++j) {
      const std::string name = block + ".conv" + std::to_string(j);
      if (i == 0 && j == 0) {
        blocks_[0][0].pointwise = &conv(
            name,
            {.in = in, .out = out, .kernel = 3, .stride = 2, .padding = Padding::Same, .activation = Activation::Relu});
      } else {
        blocks_[static_cast<std::size_t>(i)][j] = separable(name, j == 0 ? in : out, out, j == 0);
      }
    }
    in = out;
  }
  fc_ = linear("fc", in, outputs);
}

FaceFeatures::Separable FaceFeatures::separable(const std::string& name, std::int64_t in, std::int64_t out, bool is_first) {
  ConvUnit& depthwise = conv(
      name + ".depthwise",
      {.in = in, .out = in, .kernel = 3, .stride = is_first ? 2 : 1, .groups = in, .bias = false, .padding = Padding::Same});
  return {&depthwise,
          &conv(name + ".pointwise", {.in = in, .out = out, .activation = is_first ? Activation::Relu : Activation::None})};
}

torch::Tensor FaceFeatures::run(const Block& block, const torch::Tensor& x) {
  // Each convolution sees the sum of all before it; the sum itself stays as it is, only its readers take the ReLU.
  auto sum = block[0](x);
  auto y = block[1](sum);
  for (std::size_t j = 2; j < 4; ++j) {
    sum = y.add_(sum);
    y = block[j](sum.relu());
  }
  return y.add_(sum).relu_();
}

std::vector<torch::Tensor> FaceFeatures::forward(const torch::Tensor& x) {
  auto y = x;
  for (const Block& block : blocks_) y = run(block, y);
  return {fc_->forward(at::avg_pool2d(y, {7, 7}, {2, 2}).flatten(1))};
}

}  // namespace workflow
