#pragma once

#include "nets/net.h"

namespace workflow {

struct ImageClassifierSettings {
  std::int64_t outputs = 1000;  ///< concepts
  /// Gives the pooled features in place of the scores: the net as an embedder. The head stays, so the same file loads.
  bool features = false;
};

/// What torchvision's image classifiers have in common: a trunk, the mean over its last map, and a head.
/// Takes [N, 3, H, W]; gives one output: raw scores [N, outputs], or features [N, channels of the last map].
class ImageClassifier : public Net {
 public:
  std::vector<torch::Tensor> forward(const torch::Tensor& x) override;

 protected:
  explicit ImageClassifier(bool features) : features_(features) {}

  /// The last map, [N, channels, H / 32, W / 32].
  virtual torch::Tensor last_map(const torch::Tensor& x) const = 0;

  /// [N, channels] to raw scores.
  virtual torch::Tensor scores(const torch::Tensor& features) = 0;

 private:
  bool features_;
};

}  // namespace workflow
