#pragma once

#include <torch/torch.h>

#include "model/preprocess/preprocess.h"
#include "train/augment/augment.h"
#include "train/deep/tasks.h"

namespace workflow {

/// The hyperparameters of how pictures are varied; `zoom` and `mosaic` where the template has them.
AugmentSettings augment_settings(const HyperparameterValues& values);

/// How pictures become what a net takes, while it learns and once it runs.
class PictureInput {
 public:
  PictureInput(const PictureNet& net, const HyperparameterValues& values);

  const Augment& augment() const { return augment_; }
  const Preprocess& preprocess() const { return preprocess_; }

  /// A picture of the net's size: varied by chance for training, else as preprocessing will make it.
  Image operator()(const Image& picture, bool is_varied, std::mt19937_64& random) const;

  /// Bytes [N, 3, H, W] as the net's numbers.
  torch::Tensor normalised(const torch::Tensor& bytes) const;

  Json preprocessing() const;  ///< of the manifest

 private:
  Preprocess preprocess_;
  Augment augment_;
};

}  // namespace workflow
