#include "catalogue/import_nsfwjs.h"

#include <fmt/format.h>

#include <filesystem>
#include <map>

#include "base/mapped_file.h"
#include "catalogue/converted_weights.h"
#include "catalogue/module_literal.h"
#include "workflow/base/error.h"

namespace workflow {
namespace {

namespace fs = std::filesystem;

Json literal(const fs::path& file) { return exported_literal(MappedFile(file.string(), "import").text(), file.string()); }

Weights read_modules(const fs::path& folder) {
  const Json model = literal(folder / "model.min.js");
  std::vector<std::byte> shards;
  for (const Json& group : model.at("weightsManifest").items())
    for (const Json& path : group.at("paths").items()) {
      // A shard's name stays a name: it must not lead out of the folder.
      const fs::path file = folder / (fs::path(path.string()).filename().string() + ".min.js");
      const std::vector<std::byte> bytes = base64_bytes(literal(file).string(), file.string());
      shards.insert(shards.end(), bytes.begin(), bytes.end());
    }
  return parse_tfjs(model.dump(), shards, (folder / "model.min.js").string());
}

// "block_3_expand_BN" is the normalisation of what we call "expanded_conv_3.expand".
std::string unit_of(std::string layer) {
  static const std::map<std::string, std::string> ends = {{"Conv1", "Conv"},
                                                          {"bn_Conv1", "Conv_bn"},
                                                          {"Conv_1", "Conv_1"},
                                                          {"Conv_1_bn", "Conv_1_bn"},
                                                          {"dense_1", "hidden.0"},
                                                          {"dense_2", "hidden.1"},
                                                          {"dense_3", "Logits.Conv2d_1c_1x1"}};
  if (const auto end = ends.find(layer); end != ends.end()) return end->second;
  const bool is_norm = layer.ends_with("_BN");
  if (is_norm) layer.resize(layer.size() - 3);
  const std::size_t cut = layer.rfind('_');
  if (cut == std::string::npos) return layer;
  const std::string block = layer.starts_with("block_") ? "expanded_conv_" + layer.substr(6, cut - 6) : layer.substr(0, cut);
  return fmt::format("{}.{}{}", block, layer.substr(cut + 1), is_norm ? "_bn" : "");
}

}  // namespace

Weights nsfwjs_weights(const Weights& tfjs) {
  static const std::map<std::string_view, std::string> norm_parts = {
      {"gamma", ".weight"}, {"beta", ".bias"}, {"moving_mean", ".running_mean"}, {"moving_variance", ".running_var"}};
  ConvertedWeights converted;
  for (const TensorView& tensor : tfjs.tensors) {
    const std::size_t slash = tensor.name.find('/');
    const std::string unit = unit_of(tensor.name.substr(0, slash));
    const std::string role = slash == std::string::npos ? "" : tensor.name.substr(slash + 1);
    if (role == "depthwise_kernel") {
      converted.add(unit + ".weight", tensor, tf_order::depthwise);
    } else if (role == "kernel" && unit.starts_with("Logits")) {
      // Our last layer is a convolution of one pixel.
      std::vector<std::int64_t> shape = tensor.shape;
      if (shape.size() != 2) refuse_tensor(tensor, "2 axes");
      converted.add(unit + ".weight", {tensor.name, tensor.dtype, {1, 1, shape[0], shape[1]}, tensor.data},
                    tf_order::convolution);
    } else if (role == "kernel") {
      converted.add(unit + ".weight", tensor, unit.starts_with("hidden") ? tf_order::connected : tf_order::convolution);
    } else if (role == "bias") {
      converted.add(unit + ".bias", tensor, tf_order::vector);
    } else if (const auto part = norm_parts.find(role); part != norm_parts.end()) {
      converted.add(unit + part->second, tensor, tf_order::vector);
    } else {
      refuse_tensor(tensor, "a name that nsfwjs's MobileNetV2 has");
    }
  }
  return converted.take();
}

PackageImporter nsfwjs_importer() {
  return {"nsfwjs", {{"image-moderation", [](const std::string& folder) {
                        return nsfwjs_weights(read_modules(fs::path(folder) / "dist" / "models" / "mobilenet_v2"));
                      }}}};
}

}  // namespace workflow
