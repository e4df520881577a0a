#include "catalogue/import_human.h"

#include <algorithm>
#include <array>
#include <filesystem>

#include "catalogue/converted_weights.h"

namespace workflow {
namespace {

struct Ending {
  std::string_view theirs;
  std::string_view ours;
  const std::vector<std::size_t>* order;
};

// The first that fits counts.
const std::array<Ending, 11> endings = {{{"/depthwise/depthwise_weights", ".depthwise.weight", &tf_order::depthwise},
                                         {"/depthwise/depthwise_bn_offset", ".depthwise.bias", &tf_order::vector},
                                         {"/depthwise_weights", ".depthwise.weight", &tf_order::depthwise},
                                         {"/separable_conv2d_weights", ".pointwise.weight", &tf_order::convolution},
                                         {"/separable_conv2d_bn_offset", ".pointwise.bias", &tf_order::vector},
                                         {"/pointwise_weights", ".pointwise.weight", &tf_order::convolution},
                                         {"_output/biases", "_output.pointwise.bias", &tf_order::vector},
                                         {"/Conv2D_weights", ".weight", &tf_order::convolution},
                                         {"/Conv2D_bn_offset", ".bias", &tf_order::vector},
                                         {"/weights", ".weight", &tf_order::convolution},
                                         {"/biases", ".bias", &tf_order::vector}}};

bool is_constant(const TensorView& tensor) { return tensor.dtype != DType::F32 || tensor.shape.empty(); }

std::string without_prefix(std::string_view name) {
  constexpr std::string_view prefix = "tower_0/";
  return std::string(name.starts_with(prefix) ? name.substr(prefix.size()) : name);
}

Weights read(const std::string& package_folder) {
  const auto file = std::filesystem::path(package_folder) / "models" / "centernet.json";
  return human_centernet_weights(read_tfjs(file.string()));
}

// The embedder is the detector without its head.
Weights trunk_of(Weights weights) {
  std::erase_if(weights.tensors, [](const TensorView& tensor) { return tensor.name.starts_with("CenternetHead."); });
  return weights;
}

}  // namespace

Weights human_centernet_weights(const Weights& tfjs) {
  ConvertedWeights converted;
  for (const TensorView& tensor : tfjs.tensors) {
    if (is_constant(tensor)) continue;
    std::string name = without_prefix(tensor.name);
    const auto fits = [&](const Ending& ending) { return name.ends_with(ending.theirs); };
    const auto ending = std::ranges::find_if(endings, fits);
    if (ending == endings.end()) refuse_tensor(tensor, "a name that human's CenterNet has");
    name.replace(name.size() - ending->theirs.size(), ending->theirs.size(), ending->ours);
    std::ranges::replace(name, '/', '.');
    converted.add(std::move(name), tensor, *ending->order);
  }
  return converted.take();
}

PackageImporter human_importer() {
  return {"@vladmandic/human",
          {{"image-embedder", [](const std::string& folder) { return trunk_of(read(folder)); }},
           {"object-detector", [](const std::string& folder) { return read(folder); }}}};
}

}  // namespace workflow
