#include "train/libtorch/deep/picture_input.h"

namespace workflow {
namespace {

Json numbers(const std::array<float, 3>& values) { return Json::array({values[0], values[1], values[2]}); }

}  // namespace

AugmentSettings augment_settings(const HyperparameterValues& values) {
  const int size = static_cast<int>(values.integer("image_size"));
  return {.width = size,
          .height = size,
          .flip = values.number("flip"),
          .flip_vertical = values.number("flip_vertical"),
          .crop = values.number("crop"),
          .scale = values.has("zoom") ? values.number("zoom") : 1,
          .rotate = values.number("rotate"),
          .colour = values.number("colour"),
          .erase = values.number("erase"),
          .rand_augment = static_cast<int>(values.integer("rand_augment")),
          .strength = values.number("strength"),
          .mosaic = values.has("mosaic") ? values.number("mosaic") : 0};
}

PictureInput::PictureInput(const PictureNet& net, const HyperparameterValues& values) : augment_(augment_settings(values)) {
  preprocess_.width = preprocess_.height = static_cast<int>(values.integer("image_size"));
  preprocess_.sampling = Sampling::Area;
  preprocess_.mean = net.mean;
  preprocess_.scale = net.scale;
}

Image PictureInput::operator()(const Image& picture, bool is_varied, std::mt19937_64& random) const {
  if (is_varied) return augment_({picture, {}}, random).image;
  // Preprocessing itself, so that what is measured is what will be run.
  Preprocess bytes = preprocess_;
  bytes.mean = {0, 0, 0};
  bytes.scale = {1, 1, 1};
  bytes.rgb = false;
  std::vector<float> levels(static_cast<std::size_t>(bytes.width) * static_cast<std::size_t>(bytes.height) * 3);
  workflow::preprocess(picture, bytes, Layout::Interleaved, levels.data());
  std::vector<std::uint8_t> pixels(levels.size());
  for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<std::uint8_t>(levels[i] + 0.5f);
  return Image::copy_of(pixels, bytes.width, bytes.height);
}

torch::Tensor PictureInput::normalised(const torch::Tensor& bytes) const {
  const auto options = torch::TensorOptions().dtype(torch::kFloat32);
  const auto on_device = [&](const std::array<float, 3>& values) {
    return torch::tensor({values[0], values[1], values[2]}, options).to(bytes.device()).view({1, 3, 1, 1});
  };
  return bytes.to(torch::kFloat32).sub_(on_device(preprocess_.mean)).mul_(on_device(preprocess_.scale));
}

Json PictureInput::preprocessing() const {
  return Json::object({{"width", preprocess_.width},
                       {"height", preprocess_.height},
                       {"fit", "stretch"},
                       {"sampling", "area"},
                       {"colour", "rgb"},
                       {"mean", numbers(preprocess_.mean)},
                       {"scale", numbers(preprocess_.scale)}});
}

}  // namespace workflow
