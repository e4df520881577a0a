#pragma once

#include <memory>

#include "model/decode/decoders.h"
#include "train/libtorch/deep/task.h"
#include "workflow/train/detection_metrics.h"

namespace workflow {

/// How well boxes are found: mAP at an IoU of 0.50 tells epochs apart.
class DetectionMeasure : public Measure {
 public:
  /// `decode` should keep boxes of low scores, too.
  DetectionMeasure(std::vector<std::string> concepts, std::shared_ptr<const RegionDecoder> decode);

  void add(const std::vector<torch::Tensor>& outputs, std::span<const Example> batch) override;
  Measured measured() override;
  void tell(Report& report, const Dataset& held_out) override;

 private:
  std::vector<std::string> concepts_;
  std::shared_ptr<const RegionDecoder> decode_;
  DetectionMeter meter_;
  // What goes wrong on a picture where the model says what it is fairly sure of.
  struct Mistakes {
    std::uint32_t place = 0;
    std::size_t there = 0;
    std::size_t missed = 0;
    std::size_t made_up = 0;
    float score = 0;  // of the surest box that was made up
  };
  Mistakes mistakes_on(const Example& example, std::span<const Region> found) const;

  std::vector<Mistakes> pictures_;
};

}  // namespace workflow
