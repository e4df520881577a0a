#include "nets/tiny_resnet.h"

#include <array>

namespace workflow {

TinyResNet::TinyResNet(const ImageClassifierSettings& settings) : ImageClassifier(settings.features) {
  const auto unit = [this](const std::string& name, std::int64_t in, std::int64_t out, std::int64_t stride, Activation activation) {
    return &conv(name + ".conv", {.in = in,
                                  .out = out,
                                  .kernel = 3,
                                  .stride = stride,
                                  .bias = false,
                                  .padding = Padding::Half,
                                  .activation = activation,
                                  .norm = name + ".norm"});
  };
  std::int64_t in = 32;
  stem_ = unit("stem", 3, in, 1, Activation::Relu);
  for (const std::int64_t out : {48, 96, 192}) {
    const std::string name = "stage" + std::to_string(stages_.size() + 1);
    stages_.push_back({unit(name + ".down", in, out, 2, Activation::Relu), unit(name + ".first", out, out, 1, Activation::Relu),
                       unit(name + ".second", out, out, 1, Activation::Relu)});
    in = out;
  }
  head_ = linear("head", in, settings.outputs);
}

torch::Tensor TinyResNet::last_map(const torch::Tensor& x) const {
  auto y = (*stem_)(x);
  for (const Stage& stage : stages_) {
    y = (*stage.down)(y);
    y = y + (*stage.second)((*stage.first)(y));
  }
  return y;
}

}  // namespace workflow
