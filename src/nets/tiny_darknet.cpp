#include "nets/tiny_darknet.h"

namespace workflow {

TinyDarknet::TinyDarknet(std::int64_t outputs) {
  struct Row {
    std::int64_t out, kernel;
    bool is_pooled;
  };
  std::int64_t in = 3;
  for (const Row& row : {Row{16, 3, true},
                         {32, 3, true},
                         {16, 1, false},
                         {128, 3, false},
                         {16, 1, false},
                         {128, 3, true},
                         {32, 1, false},
                         {256, 3, false},
                         {32, 1, false},
                         {256, 3, true},
                         {64, 1, false},
                         {512, 3, false},
                         {64, 1, false},
                         {512, 3, false},
                         {128, 1, false}}) {
    const std::string number = std::to_string(layers_.size() + 1);
    layers_.push_back({&conv("conv2d_" + number, {.in = in,
                                                  .out = row.out,
                                                  .kernel = row.kernel,
                                                  .bias = false,
                                                  .padding = Padding::Half,
                                                  .activation = Activation::LeakyRelu,
                                                  .norm = "batch_normalization_" + number,
                                                  .norm_epsilon = 1e-3}),
                       row.is_pooled});
    in = row.out;
  }
  last_ = &conv("conv2d_16", {.in = in, .out = outputs});
}

std::vector<torch::Tensor> TinyDarknet::forward(const torch::Tensor& x) {
  auto y = x;
  for (const Layer& layer : layers_) {
    y = (*layer.conv)(y);
    if (layer.is_pooled) y = max_pool_2x2(y);
  }
  // The mean over the map of the last convolution is the last convolution of the mean.
  return {(*last_)(y.mean({2, 3}, /*keepdim=*/true)).flatten(1)};
}

}  // namespace workflow
