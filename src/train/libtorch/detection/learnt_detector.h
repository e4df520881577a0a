#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nets/net.h"
#include "train/augment/target_box.h"
#include "workflow/base/json.h"

namespace workflow {

/// The boxes of each picture of a batch.
using BatchBoxes = std::vector<std::span<const TargetBox>>;

/// A detection net with what it needs to learn: which location is for which box, and the loss of what it says there.
class LearntDetector {
 public:
  virtual ~LearntDetector() = default;

  virtual Net& net() = 0;

  /// Whether a parameter, by its dotted name, depends on the concepts, so that no other model's weights fill it.
  virtual bool is_head(std::string_view parameter) const = 0;

  /// The mean over the objects of a batch. `x` is what the net takes; boxes are relative to it.
  virtual torch::Tensor loss(const torch::Tensor& x, const BatchBoxes& boxes) = 0;

  // What a manifest says of it.
  virtual std::string architecture() const = 0;
  virtual Json settings() const = 0;
  virtual Json decoding() const = 0;  ///< but for the threshold
};

/// With random weights; `concepts` is 1 to 9,999.
std::unique_ptr<LearntDetector> learnt_centernet(std::size_t concepts);
std::unique_ptr<LearntDetector> learnt_ssdlite(std::size_t concepts);
/// `begins_with_trunk`: no weights fill what stands on the ResNet.
std::unique_ptr<LearntDetector> learnt_fcos(std::size_t concepts, bool begins_with_trunk);

/// Sets a layer of scores so that at first hardly anything seems to be there, wherever it looks, as the focal loss wants it:
/// else the many places without an object drown the few with one. (Lin et al. 2017)
void expect_little(torch::nn::Module& net, const std::string& layer);

/// Random weights as ReLU wants them, for the convolutions of nets without normalisation. (He et al. 2015)
void begin_convolutions(torch::nn::Module& net);

}  // namespace workflow
