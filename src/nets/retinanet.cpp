#include "nets/retinanet.h"

#include <fmt/format.h>

#include <cmath>

#include "nets/anchors.h"

namespace workflow {
namespace {

constexpr std::int64_t width = 256;
constexpr std::int64_t anchors_a_cell = 9;

// Nine shapes relative to the input: three areas a third of an octave apart for each of three ratios of height to width.
// torchvision rounds half of each side to whole pixels.
torch::Tensor shapes_of(std::size_t level, std::int64_t rows, std::int64_t columns) {
  const auto base = static_cast<int>(32 << level);
  std::vector<float> sides;
  for (const double ratio : {0.5, 1.0, 2.0})
    for (const double octave : {0.0, 1.0, 2.0}) {
      const double size = std::floor(base * std::pow(2.0, octave / 3));
      const auto rounded = [](double side) { return 2 * std::nearbyint(static_cast<float>(side) / 2); };
      sides.push_back(static_cast<float>(rounded(size / std::sqrt(ratio))) / static_cast<float>(columns));
      sides.push_back(static_cast<float>(rounded(size * std::sqrt(ratio))) / static_cast<float>(rows));
    }
  return torch::tensor(sides).view({-1, 2});
}

ConvSettings wide(std::int64_t out, Activation activation) {
  return {.in = width, .out = out, .kernel = 3, .padding = Padding::Half, .activation = activation};
}

}  // namespace

RetinaNet::RetinaNet(std::int64_t classes, std::int64_t most)
    : classes_(classes),
      most_(most),
      trunk_(*this, 50, "backbone.body."),
      pyramid_(*this, "backbone.fpn.", {512, 1024, 2048}, width) {
  scores_ = head("head.classification_head.", "cls_logits", classes * anchors_a_cell);
  boxes_ = head("head.regression_head.", "bbox_reg", 4 * anchors_a_cell);
}

RetinaNet::Head RetinaNet::head(const std::string& name, const std::string& last, std::int64_t out) {
  Head made;
  for (int i = 0; i < 4; ++i) made.path.push_back(&conv(fmt::format("{}conv.{}.0", name, i), wide(width, Activation::Relu)));
  made.path.push_back(&conv(name + last, wide(out, Activation::None)));
  return made;
}

torch::Tensor RetinaNet::run(const Head& head, const torch::Tensor& x, std::int64_t length) {
  auto y = x;
  for (const ConvUnit* unit : head.path) y = (*unit)(y);
  return y.permute({0, 2, 3, 1}).reshape({x.size(0), -1, length});
}

std::vector<torch::Tensor> RetinaNet::forward(const torch::Tensor& x) {
  std::vector<torch::Tensor> scores, offsets;
  std::vector<AnchorGrid> grids;
  const auto levels = pyramid_(trunk_(x));
  for (std::size_t i = 0; i < levels.size(); ++i) {
    scores.push_back(run(scores_, levels[i], classes_));
    offsets.push_back(run(boxes_, levels[i], 4));
    // An anchor stands at its cell's upper left corner, and cells are whole pixels apart.
    const auto pitch = [](std::int64_t side, std::int64_t cells) {
      return static_cast<double>(side / cells) / static_cast<double>(side);
    };
    const std::int64_t rows = levels[i].size(2), columns = levels[i].size(3);
    grids.push_back(
        {rows, columns, pitch(x.size(2), rows), pitch(x.size(3), columns), 0, shapes_of(i, x.size(2), x.size(3))});
  }
  const auto anchors = anchors_of(grids).to(x.device());
  const auto boxes = boxes_from(at::cat(offsets, 1), anchors, 1, 1), all = at::cat(scores, 1);
  if (most_ == 0 || most_ >= all.size(1)) return {boxes, all};
  const auto best = std::get<1>(all.amax(2).topk(most_, 1)).unsqueeze(2);
  return {boxes.gather(1, best.expand({-1, -1, 4})), all.gather(1, best.expand({-1, -1, classes_}))};
}

}  // namespace workflow
