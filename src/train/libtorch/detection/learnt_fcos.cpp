#include <algorithm>
#include <array>

#include "nets/fcos.h"
#include "train/libtorch/detection/learnt_detector.h"
#include "train/libtorch/detection/location_batch.h"
#include "train/libtorch/detection/losses.h"

namespace workflow {
namespace {

constexpr std::array<std::string_view, 5> beside_trunk = {"fpn.", "head.", "score_norms.", "box_norms.", "scales"};
constexpr const char* score_layer = "head.scores";

class LearntFcos : public LearntDetector {
 public:
  LearntFcos(std::size_t concepts, bool begins_with_trunk)
      : concepts_(concepts),
        begins_with_trunk_(begins_with_trunk),
        net_(std::make_shared<Fcos>(static_cast<std::int64_t>(concepts))) {
    expect_little(*net_, score_layer);
  }

  Net& net() override { return *net_; }
  bool is_head(std::string_view parameter) const override {
    if (parameter.starts_with(score_layer)) return true;
    if (!begins_with_trunk_) return false;
    return std::ranges::any_of(beside_trunk, [&](std::string_view prefix) { return parameter.starts_with(prefix); });
  }
  std::string architecture() const override { return "fcos"; }
  Json settings() const override { return Json::object({{"classes", concepts_}}); }
  Json decoding() const override {
    return Json::object({{"kind", "boxes"}, {"scores", "sigmoid"}, {"iou", 0.6}, {"by_concept", true}});
  }

  torch::Tensor loss(const torch::Tensor& x, const BatchBoxes& boxes) override {
    const auto levels = fcos_levels(x.size(2), x.size(3));
    std::vector<std::vector<LocationTarget>> targets;
    for (const auto& each : boxes) targets.push_back(assign_locations(levels, each, x.size(2), x.size(3)));
    const LocationBatch wanted(targets, static_cast<std::int64_t>(concepts_), 0, x.device());
    const auto [found, scores, centreness] = net_->raw(x);
    const auto score_loss = focal_loss(scores.to(torch::kFloat32), wanted.one_hot, wanted.counts);
    if (wanted.positive.numel() == 0) return score_loss;
    const auto central = centreness_of(targets, levels, x).to(x.device());
    const auto box_loss = giou_loss(found.view({-1, 4}).index_select(0, wanted.positive), wanted.boxes);
    const auto said = centreness.to(torch::kFloat32).view({-1}).index_select(0, wanted.positive);
    // Boxes count as much as their location is central, as that is how much their score will.
    return wanted.share * (score_loss + torch::binary_cross_entropy_with_logits(said, central, {}, {}, at::Reduction::Sum)) +
           (box_loss * central).sum() / central.sum().clamp_min(1e-6);
  }

 private:
  // Of the locations that are for an object, in their order.
  static torch::Tensor centreness_of(std::span<const std::vector<LocationTarget>> targets, std::span<const FcosLevel> levels,
                                     const torch::Tensor& x) {
    std::vector<float> values;
    const auto width = static_cast<float>(x.size(3)), height = static_cast<float>(x.size(2));
    for (const auto& picture : targets) {
      std::size_t place = 0;
      for (const FcosLevel& level : levels)
        for (std::int64_t row = 0; row < level.rows; ++row)
          for (std::int64_t column = 0; column < level.columns; ++column, ++place) {
            const auto at = [&](std::int64_t cell, float side) {
              return (static_cast<float>(cell) + 0.5f) * static_cast<float>(level.stride) / side;
            };
            if (picture[place].label >= 0)
              values.push_back(centreness({at(column, width), at(row, height)}, picture[place].box));
          }
    }
    return torch::tensor(values);
  }

  std::size_t concepts_;
  bool begins_with_trunk_;
  std::shared_ptr<Fcos> net_;
};

}  // namespace

std::unique_ptr<LearntDetector> learnt_fcos(std::size_t concepts, bool begins_with_trunk) {
  return std::make_unique<LearntFcos>(concepts, begins_with_trunk);
}

}  // namespace workflow
