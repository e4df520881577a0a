#pragma once

#include <cmath>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "model/loaded_model.h"
#include "tiny_yolo_tensors.h"
#include "workflow/model/embedder.h"
#include "workflow/train/dataset.h"

namespace workflow::test {

/// A small net with random weights as a trunk: 25 numbers for a picture of 32 pixels. Equal seeds give equal ones.
inline ModelDirectory made_trunk_directory(int version = 1, unsigned seed = 1) {
  auto values = std::make_shared<std::vector<std::vector<float>>>();
  Weights weights;
  std::mt19937_64 random(seed);
  const auto add = [&](const std::string& name, std::vector<std::int64_t> shape) {
    std::size_t count = 1, fan_in = 1;
    for (std::size_t i = 0; i < shape.size(); ++i)
      count *= static_cast<std::size_t>(shape[i]), fan_in *= i > 0 ? static_cast<std::size_t>(shape[i]) : 1;
    std::vector<float> tensor;
    const double reach = shape.size() == 1 ? 0.1 : std::sqrt(6.0 / static_cast<double>(fan_in));
    while (tensor.size() < count)
      tensor.push_back(static_cast<float>((static_cast<double>(random() >> 11U) * 0x1p-52 - 1) * reach));
    values->push_back(std::move(tensor));
    weights.tensors.push_back({name, DType::F32, std::move(shape), std::as_bytes(std::span(values->back()))});
  };
  for (const auto& [name, shape] : tiny_yolo_tensors()) add(name, shape);
  weights.storage = values;

  ModelSpec spec;
  spec.id = "made-trunk";
  spec.version = version;
  spec.task = "image embedding";
  spec.input = "image";
  spec.output = "embedding";
  spec.architecture = "tiny-yolo";
  spec.settings = Json::object({{"anchors", 5}});
  spec.preprocessing = Json::parse(R"({"width": 32, "height": 32, "fit": "stretch", "sampling": "linear", "colour": "rgb",
    "mean": [127.5, 127.5, 127.5], "scale": [0.00784, 0.00784, 0.00784]})");
  spec.decoding = Json::object({{"kind", "vector"}});
  return {std::move(spec), {}, "# made-trunk\n", std::move(weights)};
}

inline Embedder made_trunk(int version = 1, unsigned seed = 1) {
  return Embedder(std::make_shared<const LoadedModel>(made_trunk_directory(version, seed)), Device::cpu());
}

/// A picture of a colour with noise over it; `number` makes each another one.
inline Image coloured(std::uint8_t blue, std::uint8_t green, std::uint8_t red, unsigned number, int side = 32) {
  std::mt19937_64 random(number);
  std::vector<std::uint8_t> pixels;
  for (int i = 0; i < side * side; ++i)
    for (const int channel : {blue, green, red})
      pixels.push_back(static_cast<std::uint8_t>(std::clamp(channel + static_cast<int>(random() % 61) - 30, 0, 255)));
  return Image::copy_of(pixels, side, side);
}

/// Pictures of three colours, `each` of every one; `first` keeps two such data sets apart.
inline std::vector<LabelledInput> coloured_inputs(int each, unsigned first = 0) {
  std::vector<LabelledInput> inputs;
  for (int i = 0; i < each; ++i)
    for (const char* name : {"blue", "green", "red"}) {
      const auto channel = [&](const char* of) { return static_cast<std::uint8_t>(std::string(of) == name ? 190 : 60); };
      const auto number = first + static_cast<unsigned>(inputs.size());
      inputs.push_back({.id = std::string(name) + "/" + std::to_string(i),
                        .input = coloured(channel("blue"), channel("green"), channel("red"), number),
                        .positive = {name}});
    }
  return inputs;
}

}  // namespace workflow::test
