#include "train/deep/loop_settings.h"
#include "train/deep/picture_recipes.h"

namespace workflow {
namespace {

PictureNet tiny_trunk() {
  PictureNet net{.architecture = "tiny-resnet", .head = {"net.head.", "loss."}};
  net.mean.fill(127.5f);
  net.scale.fill(1 / 63.75f);
  return net;
}

PictureNet resnet_trunk() {
  PictureNet net = torchvision_net("resnet", Json::object({{"layers", 18}}), "net.fc.");
  net.head.push_back("loss.");
  return net;
}

}  // namespace

std::vector<Recipe> embedding_recipes() {
  const LoopDefaults loop{.batch = 64, .learning_rate = 0.05, .weight_decay = 5e-4, .clipping = 5};
  return {
      {"embedding/resnet18-arcface", "ResNet-18 under ArcFace (Deng et al. 2019): pictures of one concept lie within an angle",
       joined({{image_size(112),
                {.name = "size", .otherwise = 128, .least = 8, .most = 2048, .description = "numbers of an embedding"},
                {.name = "scale", .otherwise = 30.0, .least = 16, .most = 128, .description = "of the cosines before the softmax"},
                {.name = "margin", .otherwise = 0.3, .least = 0.1, .most = 0.9,
                 .description = "radians by which a picture must be nearer to its own concept than to any other"}},
               augment_hyperparameters({}),
               loop_hyperparameters(loop)}),
       [](const TaskNeeds& needs) { return make_arcface(resnet_trunk(), needs); }},
      {"embedding/supervised-contrastive",
       "two views of each picture are drawn to all others of their concept and away from the rest (Khosla et al. 2020)",
       joined({{image_size(112),
                {.name = "trunk", .otherwise = "resnet18", .choices = {"resnet18", "tiny"},
                 .description = "the net: 512 numbers of ResNet-18, or 192 of the small one for pictures of 28 to 64 pixels"},
                {.name = "size", .otherwise = 128, .least = 8, .most = 2048,
                 .description = "numbers that are compared while it learns; the embedding is what stands before them"},
                {.name = "temperature", .otherwise = 0.1, .least = 0.01, .most = 1,
                 .description = "of the similarities: the lower, the more the nearest count"}},
               augment_hyperparameters({.crop = 0.3, .colour = 0.4}),
               loop_hyperparameters(loop)}),
       [](const TaskNeeds& needs) {
         return make_supervised_contrastive(needs.values.text("trunk") == "tiny" ? tiny_trunk() : resnet_trunk(), needs);
       }},
  };
}

}  // namespace workflow
