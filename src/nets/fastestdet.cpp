#include "nets/fastestdet.h"

namespace workflow {
namespace {

constexpr std::int64_t neck_channels = 96;

// A convolution without a bias with its normalisation, which upstream numbers one after the other.
ConvSettings normed(std::int64_t in, std::int64_t out, const std::string& norm, Activation activation) {
  return {.in = in, .out = out, .bias = false, .activation = activation, .norm = norm};
}

ConvSettings depthwise(std::int64_t channels, std::int64_t kernel, std::int64_t stride, const std::string& norm,
                       Activation activation) {
  return {.in = channels,
          .out = channels,
          .kernel = kernel,
          .stride = stride,
          .groups = channels,
          .bias = false,
          .padding = Padding::Half,
          .activation = activation,
          .norm = norm};
}

}  // namespace

FastestDet::FastestDet(std::int64_t classes) {
  constexpr auto relu = Activation::Relu, none = Activation::None;
  stem_ = &conv("backbone.first_conv.0", {.in = 3,
                                          .out = 24,
                                          .kernel = 3,
                                          .stride = 2,
                                          .bias = false,
                                          .padding = Padding::Half,
                                          .activation = relu,
                                          .norm = "backbone.first_conv.1"});
  struct Stage {
    int blocks;
    std::int64_t out;
  };
  constexpr std::array<Stage, 3> stages = {{{4, 48}, {8, 96}, {4, 192}}};
  std::int64_t in = 24, joined = 0;
  for (std::size_t i = 0; i < stages.size(); ++i) {
    for (int k = 0; k < stages[i].blocks; ++k) {
      const std::string name = "backbone.stage" + std::to_string(i + 2) + "." + std::to_string(k);
      stages_[i].push_back(k == 0 ? block(name, in, stages[i].out - in, 2)
                                  : block(name, stages[i].out / 2, stages[i].out / 2, 1));
    }
    in = stages[i].out;
    joined += in;
  }
  spp_in_ = &conv("SPP.Conv1x1.conv1x1.0", normed(joined, neck_channels, "SPP.Conv1x1.conv1x1.1", relu));
  for (std::size_t i = 0; i < spp_.size(); ++i)
    for (std::size_t k = 0; k <= i; ++k) {
      const std::string name = "SPP.S" + std::to_string(i + 1) + ".";
      spp_[i].push_back(
          &conv(name + std::to_string(3 * k), depthwise(neck_channels, 5, 1, name + std::to_string(3 * k + 1), relu)));
    }
  spp_out_ = &conv("SPP.output.0", normed(3 * neck_channels, neck_channels, "SPP.output.1", none));
  neck_ =
      &conv("detect_head.conv1x1.conv1x1.0", normed(neck_channels, neck_channels, "detect_head.conv1x1.conv1x1.1", relu));
  objectness_ = head("detect_head.obj_layers.conv5x5.", 1);
  boxes_ = head("detect_head.reg_layers.conv5x5.", 4);
  classes_ = head("detect_head.cls_layers.conv5x5.", classes);
}

FastestDet::Block FastestDet::block(const std::string& name, std::int64_t in, std::int64_t out, std::int64_t stride) {
  constexpr auto relu = Activation::Relu, none = Activation::None;
  const std::string main = name + ".branch_main.", shortcut = name + ".branch_proj.";
  Block made;
  made.main = {&conv(main + "0", normed(in, out, main + "1", relu)),
               &conv(main + "3", depthwise(out, 3, stride, main + "4", none)),
               &conv(main + "5", normed(out, out, main + "6", relu))};
  if (stride == 2)
    made.shortcut = {&conv(shortcut + "0", depthwise(in, 3, stride, shortcut + "1", none)),
                     &conv(shortcut + "2", normed(in, in, shortcut + "3", relu))};
  return made;
}

FastestDet::Path FastestDet::head(const std::string& name, std::int64_t out) {
  return {&conv(name + "0", depthwise(neck_channels, 5, 1, name + "1", Activation::Relu)),
          &conv(name + "3", normed(neck_channels, out, name + "4", Activation::None))};
}

torch::Tensor FastestDet::run(const Path& path, const torch::Tensor& x) {
  auto y = x;
  for (const ConvUnit* unit : path) y = (*unit)(y);
  return y;
}

torch::Tensor FastestDet::run(const Block& block, const torch::Tensor& x) {
  if (!block.shortcut.empty()) return at::cat({run(block.shortcut, x), run(block.main, x)}, 1);
  return at::cat({x.slice(1, 0, x.size(1), 2), run(block.main, x.slice(1, 1, x.size(1), 2))}, 1);
}

std::vector<torch::Tensor> FastestDet::forward(const torch::Tensor& x) {
  auto y = at::max_pool2d((*stem_)(x), {3, 3}, {2, 2}, {1, 1});
  std::array<torch::Tensor, 3> maps;
  for (std::size_t i = 0; i < stages_.size(); ++i) {
    for (const Block& each : stages_[i]) y = run(each, y);
    maps[i] = y;
  }
  const std::vector<std::int64_t> middle = {maps[1].size(2), maps[1].size(3)};
  y = (*spp_in_)(
      at::cat({at::avg_pool2d(maps[0], {3, 3}, {2, 2}, {1, 1}), maps[1], at::upsample_nearest2d(maps[2], middle)}, 1));
  std::vector<torch::Tensor> parts;
  for (const Path& path : spp_) parts.push_back(run(path, y));
  y = (*neck_)((y + (*spp_out_)(at::cat(parts, 1))).relu());
  return {at::cat({run(objectness_, y).sigmoid(), run(boxes_, y), run(classes_, y).softmax(1)}, 1)};
}

}  // namespace workflow
