#include "model/decode/boxes.h"
#include "nets/ssdlite.h"
#include "train/libtorch/detection/learnt_detector.h"
#include "train/libtorch/detection/location_batch.h"
#include "train/libtorch/detection/losses.h"

namespace workflow {
namespace {

constexpr const char* score_head = "head.classification_head.";
constexpr std::int64_t first_class = 1;  // behind the background, which a sigmoid for each concept has no need of

class LearntSsdLite : public LearntDetector {
 public:
  explicit LearntSsdLite(std::size_t concepts)
      : classes_(static_cast<std::int64_t>(concepts) + first_class), net_(std::make_shared<SsdLite>(classes_)) {
    for (const auto& parameter : net_->named_parameters()) {
      const std::string& name = parameter.key();
      // The filter before it has a normalisation, whose name ends alike.
      const bool is_last = is_head(name) && name.ends_with(".1.weight") && parameter.value().dim() == 4;
      if (is_last) expect_little(*net_, name.substr(0, name.rfind('.')));
    }
  }

  Net& net() override { return *net_; }
  bool is_head(std::string_view parameter) const override { return parameter.starts_with(score_head); }
  std::string architecture() const override { return "ssdlite"; }
  Json settings() const override { return Json::object({{"classes", classes_}}); }
  Json decoding() const override {
    return Json::object(
        {{"kind", "boxes"}, {"scores", "sigmoid"}, {"background", true}, {"iou", 0.5}, {"by_concept", true}});
  }

  torch::Tensor loss(const torch::Tensor& x, const BatchBoxes& boxes) override {
    const auto& anchors = anchors_for(x.size(2), x.size(3));
    std::vector<std::vector<LocationTarget>> targets;
    for (const auto& each : boxes) targets.push_back(match_anchors(anchors, each));
    const LocationBatch wanted(targets, classes_, first_class, x.device());
    const auto outputs = net_->forward(x);
    const auto found = outputs[0].to(torch::kFloat32).view({-1, 4}).index_select(0, wanted.positive);
    const auto scores = focal_loss(outputs[1].to(torch::kFloat32), wanted.one_hot, wanted.counts);
    return wanted.share * (scores + giou_loss(found, wanted.boxes).sum());
  }

 private:
  const std::vector<Box>& anchors_for(std::int64_t height, std::int64_t width) {
    if (height == height_ && width == width_) return anchors_;
    height_ = height, width_ = width;
    anchors_.clear();
    const auto all = net_->anchors(height, width);
    const float* anchor = all.data_ptr<float>();
    for (std::int64_t i = 0; i < all.size(0); ++i, anchor += 4)
      anchors_.push_back(box_around(anchor[0], anchor[1], anchor[2], anchor[3]));
    return anchors_;
  }

  std::int64_t classes_;
  std::shared_ptr<SsdLite> net_;
  std::int64_t height_ = 0;
  std::int64_t width_ = 0;
  std::vector<Box> anchors_;  // of an input of that size
};

}  // namespace

std::unique_ptr<LearntDetector> learnt_ssdlite(std::size_t concepts) { return std::make_unique<LearntSsdLite>(concepts); }

}  // namespace workflow
