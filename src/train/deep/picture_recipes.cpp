#include "train/deep/picture_recipes.h"

namespace workflow {

std::vector<Hyperparameter> augment_hyperparameters(const AugmentDefaults& d) {
  return {
      {.name = "flip", .otherwise = d.flip, .least = 0, .most = 1, .description = "chance of a mirror image; 0 where left and right differ"},
      {.name = "flip_vertical", .otherwise = 0.0, .least = 0, .most = 1, .description = "chance of standing on its head"},
      {.name = "crop", .otherwise = d.crop, .least = 0.01, .most = 1,
       .description = "the smallest share of the area that is cut out of a picture (Szegedy et al. 2014); 1: all is seen"},
      {.name = "rotate", .otherwise = 0.0, .least = 0, .most = 180, .description = "degrees at most, either way"},
      {.name = "colour", .otherwise = d.colour, .least = 0, .most = 1,
       .description = "how far brightness, contrast and saturation vary, and the hue by a tenth of a turn of it"},
      {.name = "erase", .otherwise = d.erase, .least = 0, .most = 1,
       .description = "chance that a rectangle becomes noise (Zhong et al.: Random Erasing, 2017)"},
      {.name = "rand_augment", .otherwise = 0, .least = 0, .most = 10,
       .description = "so many operations drawn from RandAugment's list (Cubuk et al. 2019)"},
      {.name = "strength", .otherwise = 0.3, .least = 0, .most = 1, .description = "of those operations"},
  };
}

Hyperparameter image_size(int otherwise) {
  return {.name = "image_size", .otherwise = otherwise, .least = 16, .most = 1024,
          .description = "pixels of the net's input, both sides; pictures are stretched onto it"};
}

std::vector<Hyperparameter> joined(std::vector<std::vector<Hyperparameter>> lists) {
  std::vector<Hyperparameter> all;
  for (std::vector<Hyperparameter>& list : lists)
    for (Hyperparameter& each : list) all.push_back(std::move(each));
  return all;
}

PictureNet torchvision_net(std::string architecture, Json settings, std::string head) {
  PictureNet net{.architecture = std::move(architecture), .settings = std::move(settings), .head = {std::move(head)}};
  net.mean = {123.675f, 116.28f, 103.53f};
  net.scale = {1 / 58.395f, 1 / 57.12f, 1 / 57.375f};
  return net;
}

}  // namespace workflow
