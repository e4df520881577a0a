#include "nets/ssdlite.h"

#include <fmt/format.h>

#include <cmath>

#include "nets/anchors.h"
#include "nets/mobilenet.h"

namespace workflow {
namespace {

constexpr double epsilon = 0.001;
constexpr std::int64_t anchors_a_cell = 6;
constexpr std::size_t first_read = 12;  // the block whose widened input is the first map that is read

// Of map `k` of `maps`: a square, a square between this map's and the next one's, and four oblong ones.
torch::Tensor shapes_of(std::size_t k, std::size_t maps) {
  const auto scale = [&](std::size_t i) {
    constexpr double least = 0.2, most = 0.95;
    return i == maps ? 1.0 : least + (most - least) * static_cast<double>(i) / static_cast<double>(maps - 1);
  };
  const double between = std::sqrt(scale(k) * scale(k + 1));
  std::vector<double> sides = {scale(k), scale(k), between, between};
  for (const double ratio : {2.0, 3.0}) {
    const double width = scale(k) * std::sqrt(ratio), height = scale(k) / std::sqrt(ratio);
    sides.insert(sides.end(), {width, height, height, width});
  }
  return torch::tensor(sides, torch::kFloat32).view({-1, 2}).clamp(0, 1);
}

}  // namespace

SsdLite::SsdLite(std::int64_t classes) : classes_(classes) {
  constexpr auto swish = Activation::Hardswish, relu6 = Activation::Relu6;
  const auto rows = mobilenet_v3_blocks(/*is_large=*/true, /*reduced_tail=*/true);
  const std::string early = "backbone.features.0.", late = "backbone.features.1.";
  stem_ = &unit(early + "0", {.in = 3, .out = 16, .kernel = 3, .stride = 2, .activation = swish});
  for (std::size_t i = 0; i < first_read; ++i) blocks_.emplace_back(*this, fmt::format("{}{}.block", early, i + 1), rows[i]);
  // The block at the seam lies in both halves: its first part ends the early one.
  const MobileBlockSettings& seam = rows[first_read];
  widen_ = &unit(fmt::format("{}{}", early, first_read + 1), {.in = seam.in, .out = seam.expanded, .activation = swish});
  narrow_ = {&unit(late + "0.1", {.in = seam.expanded,
                                  .out = seam.expanded,
                                  .kernel = seam.kernel,
                                  .stride = seam.stride,
                                  .groups = seam.expanded,
                                  .activation = swish})};
  squeeze_ = &conv(late + "0.2.fc1", {.in = seam.expanded, .out = seam.squeezed, .activation = Activation::Relu});
  excite_ = &conv(late + "0.2.fc2", {.in = seam.squeezed, .out = seam.expanded, .activation = Activation::Hardsigmoid});
  project_ = &unit(late + "0.3", {.in = seam.expanded, .out = seam.out});
  for (std::size_t i = first_read + 1; i < rows.size(); ++i)
    tail_.emplace_back(*this, fmt::format("{}{}.block", late, i - first_read), rows[i]);
  std::int64_t in = 6 * rows.back().out;
  last_ =
      &unit(fmt::format("{}{}", late, rows.size() - first_read), {.in = rows.back().out, .out = in, .activation = swish});

  std::vector<std::int64_t> channels = {seam.expanded, in};
  for (const std::int64_t out : {512, 256, 256, 128}) {
    const std::string name = fmt::format("backbone.extra.{}.", further_.size());
    const std::int64_t half = out / 2;
    further_.push_back(
        {&unit(name + "0", {.in = in, .out = half, .activation = relu6}),
         &unit(name + "1", {.in = half, .out = half, .kernel = 3, .stride = 2, .groups = half, .activation = relu6}),
         &unit(name + "2", {.in = half, .out = out, .activation = relu6})});
    channels.push_back(in = out);
  }
  for (std::size_t i = 0; i < channels.size(); ++i) {
    const std::string number = std::to_string(i);
    scores_.push_back(head("head.classification_head.module_list." + number, channels[i], classes * anchors_a_cell));
    boxes_.push_back(head("head.regression_head.module_list." + number, channels[i], 4 * anchors_a_cell));
  }
}

ConvUnit& SsdLite::unit(const std::string& name, ConvSettings settings) {
  settings.bias = false;
  settings.padding = Padding::Half;
  settings.norm = name + ".1";
  settings.norm_epsilon = epsilon;
  return conv(name + ".0", settings);
}

SsdLite::Path SsdLite::head(const std::string& name, std::int64_t in, std::int64_t out) {
  return {&unit(name + ".0", {.in = in, .out = in, .kernel = 3, .groups = in, .activation = Activation::Relu6}),
          &conv(name + ".1", {.in = in, .out = out})};
}

torch::Tensor SsdLite::run(const Path& path, const torch::Tensor& x) {
  auto y = x;
  for (const ConvUnit* each : path) y = (*each)(y);
  return y;
}

torch::Tensor SsdLite::anchors(std::int64_t height, std::int64_t width) {
  constexpr std::size_t maps = 6;
  std::vector<AnchorGrid> grids;
  std::int64_t rows = (height + 15) / 16, columns = (width + 15) / 16;
  for (std::size_t i = 0; i < maps; ++i, rows = (rows + 1) / 2, columns = (columns + 1) / 2)
    grids.push_back(
        {rows, columns, 1.0 / static_cast<double>(rows), 1.0 / static_cast<double>(columns), 0.5, shapes_of(i, maps)});
  return anchors_of(grids);
}

std::vector<torch::Tensor> SsdLite::forward(const torch::Tensor& x) {
  auto y = (*stem_)(x);
  for (const MobileBlock& block : blocks_) y = block(y);
  std::vector<torch::Tensor> maps = {(*widen_)(y)};
  y = run(narrow_, maps[0]);
  y = (*project_)(y * (*excite_)((*squeeze_)(y.mean({2, 3}, /*keepdim=*/true))));
  for (const MobileBlock& block : tail_) y = block(y);
  maps.push_back((*last_)(y));
  for (const Path& path : further_) maps.push_back(run(path, maps.back()));

  std::vector<torch::Tensor> scores, offsets;
  const auto rows = [](const torch::Tensor& map, std::int64_t length) {
    return map.permute({0, 2, 3, 1}).reshape({map.size(0), -1, length});
  };
  for (std::size_t i = 0; i < maps.size(); ++i) {
    scores.push_back(rows(run(scores_[i], maps[i]), classes_));
    offsets.push_back(rows(run(boxes_[i], maps[i]), 4));
  }
  return {boxes_from(at::cat(offsets, 1), anchors(x.size(2), x.size(3)).to(x.device()), 10, 5), at::cat(scores, 1)};
}

}  // namespace workflow
