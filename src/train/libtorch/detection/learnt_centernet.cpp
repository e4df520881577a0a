#include "nets/centernet.h"
#include "train/detection/centre_maps.h"
#include "train/libtorch/detection/learnt_detector.h"
#include "train/libtorch/detection/losses.h"

namespace workflow {
namespace {

// The layer that makes scores of features; the filter before it learnt on other concepts is a good one.
constexpr const char* score_layer = "CenternetHead.centernet_cls_output.pointwise";

constexpr double box_share = 2;  // of the loss of boxes to that of the heat maps

class LearntCenterNet : public LearntDetector {
 public:
  explicit LearntCenterNet(std::size_t concepts)
      : concepts_(concepts), net_(std::make_shared<CenterNet>(static_cast<std::int64_t>(concepts))) {
    begin_convolutions(*net_);
    expect_little(*net_, score_layer);
  }

  Net& net() override { return *net_; }
  bool is_head(std::string_view parameter) const override { return parameter.starts_with(score_layer); }
  std::string architecture() const override { return "centernet"; }
  Json settings() const override { return Json::object({{"classes", concepts_}}); }
  Json decoding() const override { return Json::object({{"kind", "centernet"}, {"iou", 0.5}, {"by_concept", true}}); }

  torch::Tensor loss(const torch::Tensor& x, const BatchBoxes& boxes) override {
    const auto outputs = net_->forward(x);
    const auto heat = outputs[0].to(torch::kFloat32), distances = outputs[1].to(torch::kFloat32);
    const std::int64_t rows = heat.size(2), columns = heat.size(3);
    auto wanted = torch::empty(heat.sizes()), counts = torch::empty(heat.sizes());
    std::vector<std::int64_t> cells;  // that measure an object, in the batch
    std::vector<float> weights, edges;
    std::size_t objects = 0;
    for (std::size_t i = 0; i < boxes.size(); ++i) {
      const CentreMaps maps = centre_maps(boxes[i], concepts_, rows, columns);
      std::copy(maps.heat.begin(), maps.heat.end(), wanted.data_ptr<float>() + i * maps.heat.size());
      std::copy(maps.heat_counts.begin(), maps.heat_counts.end(), counts.data_ptr<float>() + i * maps.heat.size());
      for (std::size_t cell = 0; cell < maps.boxes.size(); ++cell) {
        if (maps.box_weights[cell] <= 0) continue;
        cells.push_back(static_cast<std::int64_t>(i * maps.boxes.size() + cell));
        weights.push_back(maps.box_weights[cell]);
        const Box& box = maps.boxes[cell];
        edges.insert(edges.end(), {box.left, box.top, box.right, box.bottom});
      }
      objects += maps.objects;
    }
    const double share = 1 / static_cast<double>(std::max<std::size_t>(objects, 1));
    auto sum = heat_loss(heat, wanted.to(x.device()), counts.to(x.device())) * share;
    if (cells.empty()) return sum;
    const auto tensor = [&](auto& values) { return torch::tensor(values).to(x.device()); };
    const auto at = tensor(cells);
    const auto sides = distances.permute({0, 2, 3, 1}).reshape({-1, 4}).index_select(0, at);
    const auto size = torch::tensor({x.size(3), x.size(2)}, torch::kFloat32).to(x.device());
    const auto cell = at % (rows * columns);
    const auto centre = at::stack({cell % columns, at::floor_divide(cell, columns)}, 1) *
                        (size / torch::tensor({columns, rows}, torch::kFloat32).to(x.device()));
    const auto found = at::cat({centre - sides.slice(1, 0, 2), centre + sides.slice(1, 2, 4)}, 1) / size.repeat({2});
    return sum + box_share * share * (giou_loss(found, tensor(edges).view({-1, 4})) * tensor(weights)).sum();
  }

 private:
  std::size_t concepts_;
  std::shared_ptr<CenterNet> net_;
};

}  // namespace

std::unique_ptr<LearntDetector> learnt_centernet(std::size_t concepts) {
  return std::make_unique<LearntCenterNet>(concepts);
}

}  // namespace workflow
