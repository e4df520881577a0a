#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "train/deep/recipe.h"

namespace workflow {

/// A net that a picture goes into, as a recipe names it.
struct PictureNet {
  std::string architecture;
  Json settings = Json::object();         ///< without `outputs`
  std::vector<std::string> head;          ///< what the names of the head's parameters begin with
  std::array<float, 3> mean = {0, 0, 0};  ///< of the pixels, in 0..255, RGB
  std::array<float, 3> scale = {1, 1, 1};
};

/// Tells concepts of pictures apart: softmax or sigmoids with cross-entropy, label smoothing, mixup.
std::shared_ptr<DeepTask> make_picture_classification(const PictureNet& net, const TaskNeeds& needs);

enum class DetectorKind { CenterNet, SsdLite, Fcos };

/// Finds boxes: the focal loss for what is there, GIoU for where. `net` says how pixels are normalised.
std::shared_ptr<DeepTask> make_detection(DetectorKind kind, const PictureNet& net, const TaskNeeds& needs);

}  // namespace workflow
