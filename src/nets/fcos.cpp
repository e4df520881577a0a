#include "nets/fcos.h"

#include <fmt/format.h>

namespace workflow {
namespace {

constexpr std::int64_t width = 128;

// One row a cell.
torch::Tensor rows(const torch::Tensor& map, std::int64_t length) {
  return map.permute({0, 2, 3, 1}).reshape({map.size(0), -1, length});
}

// The middles of a map's cells, in pixels: x and y, [cells, 2].
torch::Tensor locations(std::int64_t high, std::int64_t across, std::int64_t stride, const torch::Device& device) {
  const auto along = [&](std::int64_t cells) {
    return (at::arange(cells, at::TensorOptions(torch::kFloat32).device(device)) + 0.5) * stride;
  };
  const auto y = along(high).view({-1, 1}).expand({high, across}), x = along(across).view({1, -1}).expand({high, across});
  return at::stack({x, y}, 2).view({-1, 2});
}

}  // namespace

Fcos::Fcos(std::int64_t classes) : classes_(classes), trunk_(*this, 18), pyramid_(*this, "fpn.", {128, 256, 512}, width) {
  score_path_ = path("head.score_path.", "score_norms");
  scores_ = &last("head.scores", classes);
  box_path_ = path("head.box_path.", "box_norms");
  distances_ = &last("head.distances", 4);
  centreness_ = &last("head.centreness", 1);
  scales_ = register_parameter("scales", at::ones({5}));
}

Fcos::Path Fcos::path(const std::string& name, const std::string& norms) {
  Path made;
  made.norms = register_module(norms, torch::nn::ModuleList());
  for (int i = 0; i < 4; ++i) {
    made.convolutions.push_back(&conv(fmt::format("{}{}", name, i),
                                      {.in = width, .out = width, .kernel = 3, .bias = false, .padding = Padding::Half}));
    made.norms->push_back(torch::nn::GroupNorm(torch::nn::GroupNormOptions(32, width)));
  }
  return made;
}

ConvUnit& Fcos::last(const std::string& name, std::int64_t out) {
  return conv(name, {.in = width, .out = out, .kernel = 3, .padding = Padding::Half});
}

torch::Tensor Fcos::Path::operator()(const torch::Tensor& x) const {
  auto y = x;
  for (std::size_t i = 0; i < convolutions.size(); ++i)
    y = norms->ptr<torch::nn::GroupNormImpl>(i)->forward((*convolutions[i])(y)).relu();
  return y;
}

std::array<torch::Tensor, 3> Fcos::raw(const torch::Tensor& x) {
  const auto size = torch::tensor({x.size(3), x.size(2)}, torch::kFloat32).to(x.device());
  std::vector<torch::Tensor> boxes, scores, centreness;
  const auto levels = pyramid_(trunk_(x));
  std::int64_t stride = 8;
  for (std::size_t i = 0; i < levels.size(); ++i, stride *= 2) {
    scores.push_back(rows((*scores_)(score_path_(levels[i])), classes_));
    const auto near = box_path_(levels[i]);
    centreness.push_back(rows((*centreness_)(near), 1).squeeze(2));
    constexpr double most = 6;  // as an exponent: 400 strides
    const auto exponents = rows((*distances_)(near), 4).to(torch::kFloat32) * scales_[static_cast<std::int64_t>(i)];
    const auto sides = exponents.clamp_max(most).exp() * stride;
    const auto middle = locations(levels[i].size(2), levels[i].size(3), stride, x.device());
    boxes.push_back(at::cat({(middle - sides.slice(2, 0, 2)) / size, (middle + sides.slice(2, 2, 4)) / size}, 2));
  }
  return {at::cat(boxes, 1), at::cat(scores, 1), at::cat(centreness, 1)};
}

std::vector<torch::Tensor> Fcos::forward(const torch::Tensor& x) {
  const auto [boxes, scores, centreness] = raw(x);
  const auto both = scores.to(torch::kFloat32).sigmoid() * centreness.to(torch::kFloat32).sigmoid().unsqueeze(2);
  return {boxes, at::logit(both.sqrt(), 1e-6)};
}

}  // namespace workflow
