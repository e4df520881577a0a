#include "nets/ssd_mobilenet_v1.h"

#include <fmt/format.h>

namespace workflow {

SsdMobileNetV1::SsdMobileNetV1(std::int64_t classes) : trunk_(*this, 0.75), scores_(1 + classes) {
  constexpr auto relu6 = Activation::Relu6;
  constexpr std::int64_t anchors_in_all = 1917;
  std::vector<std::int64_t> channels = {trunk_.channels(512), trunk_.channels(1024)};
  struct Row {
    std::int64_t narrow, out;
  };
  for (const Row& row : {Row{192, 384}, {96, 192}, {96, 192}, {48, 96}}) {
    const std::size_t number = further_.size() + 2;
    ConvUnit& narrow = conv(fmt::format("Conv2d_13_pointwise_1_Conv2d_{}_1x1_{}", number, row.narrow),
                            {.in = channels.back(), .out = row.narrow, .activation = relu6});
    ConvUnit& halve =
        conv(fmt::format("Conv2d_13_pointwise_2_Conv2d_{}_3x3_s2_{}", number, row.out),
             {.in = row.narrow, .out = row.out, .kernel = 3, .stride = 2, .padding = Padding::Same, .activation = relu6});
    further_.push_back({&narrow, &halve});
    channels.push_back(row.out);
  }
  for (std::size_t i = 0; i < channels.size(); ++i) {
    const std::int64_t anchors = i == 0 ? 3 : 6;  // a cell's
    const std::string name = fmt::format("BoxPredictor_{}", i);
    heads_.push_back({&conv(name + ".BoxEncodingPredictor", {.in = channels[i], .out = 4 * anchors}),
                      &conv(name + ".ClassPredictor", {.in = channels[i], .out = scores_ * anchors})});
  }
  anchors_ = register_buffer("anchors", torch::zeros({anchors_in_all, 4}));
}

std::vector<torch::Tensor> SsdMobileNetV1::forward(const torch::Tensor& x) {
  const auto maps = trunk_(x);
  std::vector<torch::Tensor> levels = {maps.stride_16, maps.stride_32};
  for (const auto& [narrow, halve] : further_) levels.push_back((*halve)((*narrow)(levels.back())));
  std::vector<torch::Tensor> boxes, scores;
  const auto rows = [](const torch::Tensor& map, std::int64_t length) {
    return map.permute({0, 2, 3, 1}).reshape({map.size(0), -1, length});
  };
  for (std::size_t i = 0; i < levels.size(); ++i) {
    boxes.push_back(rows((*heads_[i].boxes)(levels[i]), 4));
    scores.push_back(rows((*heads_[i].scores)(levels[i]), scores_));
  }
  const auto code = at::cat(boxes, 1);  // y, x, height and width as offsets from the anchors, in tenths and fifths
  const auto centre = code.slice(2, 0, 2) / 10 * anchors_.slice(1, 2, 4) + anchors_.slice(1, 0, 2);
  const auto half = (code.slice(2, 2, 4) / 5).exp() * anchors_.slice(1, 2, 4) / 2;
  return {at::cat({(centre - half).flip(2), (centre + half).flip(2)}, 2), at::cat(scores, 1)};
}

}  // namespace workflow
