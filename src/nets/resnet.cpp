#include "nets/resnet.h"

namespace workflow {
namespace {

std::array<int, 4> blocks_of(std::int64_t layers) {
  if (layers == 18) return {2, 2, 2, 2};
  return {3, 4, layers == 101 ? 23 : 6, 3};
}

}  // namespace

ResNetTrunk::ResNetTrunk(Net& net, std::int64_t layers, const std::string& prefix) : is_bottleneck_(layers >= 50) {
  stem_ = &net.conv(prefix + "conv1", {.in = 3,
                                       .out = 64,
                                       .kernel = 7,
                                       .stride = 2,
                                       .bias = false,
                                       .padding = Padding::Half,
                                       .activation = Activation::Relu,
                                       .norm = prefix + "bn1"});
  for (std::size_t stage = 0; stage < stages_.size(); ++stage)
    for (int i = 0; i < blocks_of(layers)[stage]; ++i)
      stages_[stage].push_back(block(net, prefix + "layer" + std::to_string(stage + 1) + "." + std::to_string(i),
                                     64 << stage, i == 0 && stage > 0 ? 2 : 1));
}

ResNetTrunk::Block ResNetTrunk::block(Net& net, const std::string& name, std::int64_t width, std::int64_t stride) {
  Block made;
  const auto add = [&](std::int64_t in, std::int64_t out, std::int64_t kernel, std::int64_t step, Activation activation) {
    const std::string number = std::to_string(made.path.size() + 1);
    made.path.push_back(&net.conv(name + ".conv" + number, {.in = in,
                                                            .out = out,
                                                            .kernel = kernel,
                                                            .stride = step,
                                                            .bias = false,
                                                            .padding = Padding::Half,
                                                            .activation = activation,
                                                            .norm = name + ".bn" + number}));
  };
  const std::int64_t out = is_bottleneck_ ? 4 * width : width;
  if (is_bottleneck_) {
    add(channels_, width, 1, 1, Activation::Relu);
    add(width, width, 3, stride, Activation::Relu);
    add(width, out, 1, 1, Activation::None);
  } else {
    add(channels_, width, 3, stride, Activation::Relu);
    add(width, width, 3, 1, Activation::None);
  }
  if (stride != 1 || channels_ != out)
    made.shortcut =
        &net.conv(name + ".downsample.0",
                  {.in = channels_, .out = out, .stride = stride, .bias = false, .norm = name + ".downsample.1"});
  channels_ = out;
  return made;
}

torch::Tensor ResNetTrunk::Block::operator()(const torch::Tensor& x) const {
  auto y = x;
  for (const ConvUnit* unit : path) y = (*unit)(y);
  return (y + (shortcut ? (*shortcut)(x) : x)).relu_();
}

std::array<torch::Tensor, 4> ResNetTrunk::operator()(const torch::Tensor& x) const {
  auto y = at::max_pool2d((*stem_)(x), {3, 3}, {2, 2}, {1, 1});
  std::array<torch::Tensor, 4> maps;
  for (std::size_t stage = 0; stage < stages_.size(); ++stage) {
    for (const Block& each : stages_[stage]) y = each(y);
    maps[stage] = y;
  }
  return maps;
}

ResNet::ResNet(std::int64_t layers, const ImageClassifierSettings& settings)
    : ImageClassifier(settings.features), trunk_(*this, layers), fc_(linear("fc", trunk_.channels(), settings.outputs)) {}

}  // namespace workflow
