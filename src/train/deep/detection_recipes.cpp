#include "train/deep/loop_settings.h"
#include "train/deep/picture_recipes.h"

namespace workflow {
namespace {

std::vector<Hyperparameter> box_hyperparameters() {
  return {
      {.name = "zoom",
       .otherwise = 1.3,
       .least = 1,
       .most = 8,
       .description = "a picture is scaled by up to this factor, and down by as much with grey around it"},
      {.name = "mosaic",
       .otherwise = 0.0,
       .least = 0,
       .most = 1,
       .description = "chance that a picture is put together from four (Bochkovskiy et al.: YOLOv4, 2020)"},
      {.name = "multi_scale",
       .otherwise = false,
       .description = "each batch comes at a size of its own, from 3/4 to 5/4 of image_size"},
  };
}

Recipe detector(std::string name, std::string description, DetectorKind kind, PictureNet net, int size,
                const LoopDefaults& loop) {
  return {
      std::move(name), std::move(description),
      joined({{image_size(size)}, augment_hyperparameters({.crop = 1}), box_hyperparameters(), loop_hyperparameters(loop)}),
      [kind, net = std::move(net)](const TaskNeeds& needs) { return make_detection(kind, net, needs); }};
}

}  // namespace

std::vector<Recipe> detection_recipes() {
  const LoopDefaults as_all = {
      .schedule = "cosine", .warm_up = 0.05, .optimiser = "adamw", .weight_decay = 0.01, .ema = 0.99, .clipping = 10};
  LoopDefaults ssdlite = as_all, centernet = as_all, fcos = as_all;
  ssdlite.batch = 16, ssdlite.learning_rate = 1e-3;
  centernet.batch = 8, centernet.learning_rate = 2e-4, centernet.from = "object-detector";
  fcos.batch = 8, fcos.learning_rate = 5e-4;
  PictureNet as_bytes, symmetric;
  symmetric.mean.fill(127.5f);
  symmetric.scale.fill(1 / 127.5f);
  return {
      detector("detection/ssdlite-mobilenet",
               "SSDlite on a MobileNetV3-large (Howard et al. 2019), 3.4 million weights; anchors, focal loss, GIoU",
               DetectorKind::SsdLite, symmetric, 320, ssdlite),
      detector("detection/centernet",
               "CenterNet (Zhou et al. 2019) on a MobileNetV3, 2 million weights, from the built-in object-detector's; "
               "learns boxes as TTFNet does (Liu et al. 2020)",
               DetectorKind::CenterNet, as_bytes, 320, centernet),
      detector(
          "detection/fcos-resnet18-fpn",
          "FCOS (Tian et al. 2019) on a ResNet-18 with a feature pyramid, 15 million weights; `from` may be a ResNet-18's",
          DetectorKind::Fcos, torchvision_net("fcos", Json::object(), ""), 320, fcos),
  };
}

}  // namespace workflow
