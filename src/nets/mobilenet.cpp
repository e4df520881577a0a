#include "nets/mobilenet.h"

namespace workflow {
namespace {

constexpr double v3_epsilon = 0.001;
constexpr double dropped = 0.2;  // of the units before the last layer, in training

// The convolution at either end of the blocks.
ConvUnit& end(Net& net, std::size_t number, const ConvSettings& settings) {
  ConvSettings convolution = settings;
  const std::string name = "features." + std::to_string(number);
  convolution.bias = false;
  convolution.padding = Padding::Half;
  convolution.norm = name + ".1";
  return net.conv(name + ".0", convolution);
}

// The nearest multiple of 8, but never more than a tenth less.
std::int64_t by_eights(std::int64_t channels) {
  const std::int64_t rounded = std::max<std::int64_t>(8, (channels + 4) / 8 * 8);
  return 10 * rounded < 9 * channels ? rounded + 8 : rounded;
}

}  // namespace

torch::Tensor MobileClassifier::last_map(const torch::Tensor& x) const {
  auto y = (*stem_)(x);
  for (const MobileBlock& block : blocks_) y = block(y);
  return (*last_)(y);
}

torch::Tensor MobileClassifier::scores(const torch::Tensor& features) {
  return classifier_->forward(at::dropout(features, dropped, is_training()));
}

MobileNetV2::MobileNetV2(const ImageClassifierSettings& settings) : MobileClassifier(settings.features) {
  struct Stage {
    std::int64_t widening, out;
    int blocks;
    std::int64_t stride;
  };
  stem_ = &end(*this, 0, {.in = 3, .out = 32, .kernel = 3, .stride = 2, .activation = Activation::Relu6});
  std::int64_t in = 32;
  for (const Stage& stage :
       {Stage{1, 16, 1, 1}, {6, 24, 2, 2}, {6, 32, 3, 2}, {6, 64, 4, 2}, {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1}})
    for (int i = 0; i < stage.blocks; ++i) {
      blocks_.emplace_back(*this, "features." + std::to_string(blocks_.size() + 1) + ".conv",
                           MobileBlockSettings{.in = in,
                                               .expanded = stage.widening * in,
                                               .out = stage.out,
                                               .stride = i == 0 ? stage.stride : 1,
                                               .activation = Activation::Relu6,
                                               .flat_projection = true});
      in = stage.out;
    }
  last_ = &end(*this, blocks_.size() + 1, {.in = in, .out = 1280, .activation = Activation::Relu6});
  classifier_ = linear("classifier.1", 1280, settings.outputs);
}

std::vector<MobileBlockSettings> mobilenet_v3_blocks(bool is_large, bool reduced_tail) {
  constexpr auto relu = Activation::Relu, swish = Activation::Hardswish;
  constexpr bool squeezed = true, plain = false;
  struct Row {
    std::int64_t in, kernel, expanded, out;
    bool is_squeezed;
    Activation activation;
    std::int64_t stride;
  };
  const std::int64_t tail = reduced_tail ? 2 : 1;
  const std::vector<Row> large = {{16, 3, 16, 16, plain, relu, 1},
                                  {16, 3, 64, 24, plain, relu, 2},
                                  {24, 3, 72, 24, plain, relu, 1},
                                  {24, 5, 72, 40, squeezed, relu, 2},
                                  {40, 5, 120, 40, squeezed, relu, 1},
                                  {40, 5, 120, 40, squeezed, relu, 1},
                                  {40, 3, 240, 80, plain, swish, 2},
                                  {80, 3, 200, 80, plain, swish, 1},
                                  {80, 3, 184, 80, plain, swish, 1},
                                  {80, 3, 184, 80, plain, swish, 1},
                                  {80, 3, 480, 112, squeezed, swish, 1},
                                  {112, 3, 672, 112, squeezed, swish, 1},
                                  {112, 5, 672, 160 / tail, squeezed, swish, 2},
                                  {160 / tail, 5, 960 / tail, 160 / tail, squeezed, swish, 1},
                                  {160 / tail, 5, 960 / tail, 160 / tail, squeezed, swish, 1}};
  const std::vector<Row> small = {{16, 3, 16, 16, squeezed, relu, 2},
                                  {16, 3, 72, 24, plain, relu, 2},
                                  {24, 3, 88, 24, plain, relu, 1},
                                  {24, 5, 96, 40, squeezed, swish, 2},
                                  {40, 5, 240, 40, squeezed, swish, 1},
                                  {40, 5, 240, 40, squeezed, swish, 1},
                                  {40, 5, 120, 48, squeezed, swish, 1},
                                  {48, 5, 144, 48, squeezed, swish, 1},
                                  {48, 5, 288, 96 / tail, squeezed, swish, 2},
                                  {96 / tail, 5, 576 / tail, 96 / tail, squeezed, swish, 1},
                                  {96 / tail, 5, 576 / tail, 96 / tail, squeezed, swish, 1}};
  std::vector<MobileBlockSettings> blocks;
  for (const Row& row : is_large ? large : small)
    blocks.push_back({.in = row.in,
                      .expanded = row.expanded,
                      .out = row.out,
                      .kernel = row.kernel,
                      .stride = row.stride,
                      .squeezed = row.is_squeezed ? by_eights(row.expanded / 4) : 0,
                      .activation = row.activation,
                      .norm_epsilon = v3_epsilon});
  return blocks;
}

MobileNetV3::MobileNetV3(bool is_large, const ImageClassifierSettings& settings) : MobileClassifier(settings.features) {
  const auto rows = mobilenet_v3_blocks(is_large);
  stem_ =
      &end(*this, 0,
           {.in = 3, .out = 16, .kernel = 3, .stride = 2, .activation = Activation::Hardswish, .norm_epsilon = v3_epsilon});
  for (const MobileBlockSettings& row : rows)
    blocks_.emplace_back(*this, "features." + std::to_string(blocks_.size() + 1) + ".block", row);
  const std::int64_t channels = 6 * rows.back().out;
  last_ = &end(*this, rows.size() + 1,
               {.in = rows.back().out, .out = channels, .activation = Activation::Hardswish, .norm_epsilon = v3_epsilon});
  const std::int64_t hidden = is_large ? 1280 : 1024;
  hidden_ = linear("classifier.0", channels, hidden);
  classifier_ = linear("classifier.3", hidden, settings.outputs);
}

torch::Tensor MobileNetV3::scores(const torch::Tensor& features) {
  return MobileClassifier::scores(at::hardswish(hidden_->forward(features)));
}

EfficientNetB0::EfficientNetB0(const ImageClassifierSettings& settings) : MobileClassifier(settings.features) {
  struct Stage {
    std::int64_t widening, kernel, stride, out;
    int blocks;
  };
  stem_ = &end(*this, 0, {.in = 3, .out = 32, .kernel = 3, .stride = 2, .activation = Activation::Silu});
  std::int64_t in = 32;
  std::size_t number = 1;
  for (const Stage& stage : {Stage{1, 3, 1, 16, 1},
                             {6, 3, 2, 24, 2},
                             {6, 5, 2, 40, 2},
                             {6, 3, 2, 80, 3},
                             {6, 5, 1, 112, 3},
                             {6, 5, 2, 192, 4},
                             {6, 3, 1, 320, 1}}) {
    for (int i = 0; i < stage.blocks; ++i) {
      blocks_.emplace_back(*this, "features." + std::to_string(number) + "." + std::to_string(i) + ".block",
                           MobileBlockSettings{.in = in,
                                               .expanded = stage.widening * in,
                                               .out = stage.out,
                                               .kernel = stage.kernel,
                                               .stride = i == 0 ? stage.stride : 1,
                                               .squeezed = in / 4,
                                               .activation = Activation::Silu,
                                               .squeeze_activation = Activation::Silu,
                                               .gate = Activation::Sigmoid});
      in = stage.out;
    }
    ++number;
  }
  last_ = &end(*this, number, {.in = in, .out = 1280, .activation = Activation::Silu});
  classifier_ = linear("classifier.1", 1280, settings.outputs);
}

}  // namespace workflow
