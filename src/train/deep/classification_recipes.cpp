#include "train/deep/concept_hyperparameters.h"
#include "train/deep/loop_settings.h"
#include "train/deep/picture_recipes.h"

namespace workflow {
namespace {

Hyperparameter mixup() {
  return {.name = "mixup", .otherwise = 0.0, .least = 0, .most = 1,
          .description = "alpha of the mixture of pictures in pairs (Zhang et al. 2018); 0: none"};
}

Recipe classifier(std::string name, std::string description, PictureNet net, int size, const AugmentDefaults& augment,
                  const LoopDefaults& loop, double smoothing = 0.1) {
  return {std::move(name), std::move(description),
          joined({{image_size(size)}, concept_hyperparameters(smoothing), {mixup()}, augment_hyperparameters(augment), loop_hyperparameters(loop)}),
          [net = std::move(net)](const TaskNeeds& needs) { return make_picture_classification(net, needs); }};
}

}  // namespace

std::vector<Recipe> classification_recipes() {
  const LoopDefaults residual{.batch = 32, .learning_rate = 0.02, .weight_decay = 5e-4};
  const LoopDefaults mobile{.batch = 32, .learning_rate = 0.02, .weight_decay = 4e-5};
  PictureNet tiny{.architecture = "tiny-resnet", .head = {"head."}};
  tiny.mean.fill(127.5f);
  tiny.scale.fill(1 / 63.75f);
  return {
      classifier("classification/resnet18", "ResNet-18 (He et al. 2015), 11 million weights",
                 torchvision_net("resnet", Json::object({{"layers", 18}}), "fc."), 224, {}, residual),
      classifier("classification/resnet50", "ResNet-50 (He et al. 2015, v1.5), 24 million weights",
                 torchvision_net("resnet", Json::object({{"layers", 50}}), "fc."), 224, {}, residual),
      classifier("classification/mobilenet-v2", "MobileNetV2 (Sandler et al. 2018), 2.2 million weights",
                 torchvision_net("mobilenet-v2", Json::object(), "classifier."), 224, {}, mobile),
      classifier("classification/mobilenet-v3-small", "MobileNetV3 small (Howard et al. 2019), 1.5 million weights",
                 torchvision_net("mobilenet-v3", Json::object({{"size", "small"}}), "classifier."), 224, {}, mobile),
      classifier("classification/efficientnet-b0", "EfficientNet-B0 (Tan, Le 2019), 4 million weights",
                 torchvision_net("efficientnet-b0", Json::object(), "classifier."), 224, {}, mobile),
      classifier("classification/tiny", "a small residual net for pictures of 28 to 64 pixels, 1.1 million weights", tiny, 32,
                 {.crop = 0.7, .colour = 0}, {.batch = 128, .learning_rate = 0.2, .weight_decay = 5e-4}),
      classifier("classification/image-embedder",
                 "the trunk of the built-in image-embedder, a MobileNetV3 that knows photos, with a layer behind it",
                 {.architecture = "centernet-classifier", .head = {"head."}}, 128, {},
                 {.batch = 32, .learning_rate = 1e-3, .optimiser = "adamw", .weight_decay = 0.01, .first_layer_rate = 0.1,
                  .from = "image-embedder"}),
  };
}

}  // namespace workflow
