#pragma once

#include <string>
#include <vector>

#include "train/deep/tasks.h"

namespace workflow {

/// The hyperparameters of how pictures are varied, with what a template begins with.
struct AugmentDefaults {
  double flip = 0.5;
  double crop = 0.5;
  double colour = 0.2;
  double erase = 0;
};
std::vector<Hyperparameter> augment_hyperparameters(const AugmentDefaults& defaults);

/// `image_size`, in pixels.
Hyperparameter image_size(int otherwise);

/// One list after the other.
std::vector<Hyperparameter> joined(std::vector<std::vector<Hyperparameter>> lists);

/// torchvision's normalisation.
PictureNet torchvision_net(std::string architecture, Json settings, std::string head);

}  // namespace workflow
