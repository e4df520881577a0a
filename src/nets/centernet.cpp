#include "nets/centernet.h"

#include <fmt/format.h>

namespace workflow {
namespace {

// Between each two along a dimension stands their mean; the last stands twice.
torch::Tensor with_means_between(const torch::Tensor& x, std::int64_t dimension) {
  const std::int64_t size = x.size(dimension);
  const auto next = at::cat({x.slice(dimension, 1), x.slice(dimension, size - 1)}, dimension);
  return at::stack({x, (x + next) * 0.5}, dimension + 1).flatten(dimension, dimension + 1);
}

}  // namespace

torch::Tensor tf_twice_the_size(const torch::Tensor& x) { return with_means_between(with_means_between(x, 2), 3); }

CenterNet::CenterNet(std::int64_t classes) : trunk_(*this) {
  constexpr auto relu = Activation::Relu;
  struct Row {
    std::int64_t coarse, fine, out;  // channels
  };
  constexpr std::array<Row, 3> rows = {{{480, 88, 128}, {256, 96, 96}, {192, 72, 64}}};
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Row& row = rows[i];
    const std::string up = fmt::format("CenternetHead.c{}_upsample.branch_", 5 - i);
    const std::string down = fmt::format("CenternetHead.c{}_reverse.", 4 - i);
    Level& level = levels_[i];
    level.branches = {
        separable(up + "x_upsample_resize.depthwise", up + "x_upsample_resize.pointwise", row.coarse, row.out, 3),
        separable(up + "y_upsample_resize.depthwise", up + "y_upsample_resize.pointwise", row.coarse, row.out, 5)};
    level.squeeze = &conv(down + "1x1", {.in = row.fine, .out = row.fine / 4, .activation = relu});
    level.lateral = separable(down + "3x3.depthwise", down + "3x3.pointwise", row.fine / 4, row.out, 5);
  }
  squeeze_ = &conv("CenternetHead.conv1x1_se_a", {.in = 128, .out = 32, .activation = relu});
  excite_ = &conv("CenternetHead.conv1x1_se_b", {.in = 32, .out = 128, .bias = false, .activation = Activation::Sigmoid});
  const std::string head = "CenternetHead.centernet_";
  classes_ = separable(head + "cls_output.depthwise", head + "cls_output.pointwise", 128, classes, 3);
  sizes_ = separable(head + "wh_output.depthwise", head + "wh_output.pointwise", 128, 4, 3);
}

CenterNet::Separable CenterNet::separable(const std::string& depthwise, const std::string& pointwise, std::int64_t in,
                                          std::int64_t out, std::int64_t kernel) {
  return {&conv(depthwise, {.in = in, .out = in, .kernel = kernel, .groups = in, .bias = false, .padding = Padding::Half}),
          &conv(pointwise, {.in = in, .out = out})};
}

std::vector<torch::Tensor> CenterNet::forward(const torch::Tensor& x) {
  std::array<torch::Tensor, 3> fine;  // at strides 16, 8 and 4
  auto y = trunk_(x, [&](std::size_t block, const CenterNetTrunk::Step& step) {
    if (block == 3) fine[2] = step.widened;
    if (block == 5) fine[1] = step.widened;
    if (block == 11) fine[0] = step.out;
  });
  for (std::size_t i = 0; i < levels_.size(); ++i) {
    const Level& level = levels_[i];
    const auto up = tf_twice_the_size(level.branches[0](y) + level.branches[1](y));
    y = at::cat({level.lateral((*level.squeeze)(fine[i])), up}, 1).relu();
  }
  y = y * (*excite_)((*squeeze_)(y.mean({2, 3}, /*keepdim=*/true)));
  constexpr double pixels = 16;  // what the net's unit of distance stands for
  return {classes_(y), sizes_(y) * pixels};
}

}  // namespace workflow
