#include "catalogue/import_face_api.h"

#include <fmt/format.h>

#include <filesystem>

#include "catalogue/converted_weights.h"

namespace workflow {
namespace {

class Converter {
 public:
  explicit Converter(const Weights& from) : from_(from) {}

  Weights convert() {
    for (const TensorView& tensor : from_.tensors) {
      const std::size_t slash = tensor.name.rfind('/');
      const std::string owner = slash == std::string::npos ? tensor.name : tensor.name.substr(0, slash);
      const std::string_view role = std::string_view(tensor.name).substr(slash + 1);  // all of it where there is no slash
      if (role == "filters") {
        to_.add(module(owner) + ".weight", tensor, tf_order::convolution, scale_of(owner));
      } else if (role == "depthwise_filter") {
        to_.add(module(owner) + ".depthwise.weight", tensor, tf_order::depthwise);
      } else if (role == "pointwise_filter") {
        to_.add(module(owner) + ".pointwise.weight", tensor, tf_order::convolution);
      } else if (role == "bias") {
        const bool is_separable = from_.find(owner + "/pointwise_filter") != nullptr;
        to_.add(module(owner) + (is_separable ? ".pointwise.bias" : ".bias"), tensor, tf_order::vector, scale_of(owner),
                shift_of(owner));
      } else if (tensor.name == "fc") {
        to_.add("fc.weight", tensor, tf_order::connected);
      } else if (role == "weights" && owner.starts_with("fc")) {
        to_.add(module(owner) + ".weight", tensor, tf_order::connected);
      } else if (!owner.ends_with("/scale")) {
        refuse_tensor(tensor, "a name that a face-api net has");
      }
    }
    return to_.take();
  }

 private:
  // "conv32_1/conv1/conv" is one convolution with a scale layer beside it; its module is "conv32_1.conv1".
  static std::string module(std::string owner) {
    if (owner.ends_with("/conv")) owner.resize(owner.size() - 5);
    for (char& c : owner)
      if (c == '/') c = '.';
    return owner;
  }

  const TensorView* scale_layer(const std::string& owner, std::string_view part) const {
    return owner.ends_with("/conv") ? from_.find(fmt::format("{}/scale/{}", owner.substr(0, owner.size() - 5), part))
                                    : nullptr;
  }
  const TensorView* scale_of(const std::string& owner) const { return scale_layer(owner, "weights"); }
  const TensorView* shift_of(const std::string& owner) const { return scale_layer(owner, "biases"); }

  const Weights& from_;
  ConvertedWeights to_;
};

Weights converted(const std::string& package_folder, std::string_view net) {
  const auto file = std::filesystem::path(package_folder) / "model" / fmt::format("{}_model-weights_manifest.json", net);
  return face_api_weights(read_tfjs(file.string()));
}

}  // namespace

Weights face_api_weights(const Weights& tfjs) { return Converter(tfjs).convert(); }

PackageImporter face_api_importer() {
  return {"@vladmandic/face-api",
          {{"face-detector", [](const std::string& folder) { return converted(folder, "tiny_face_detector"); }},
           {"face-expression", [](const std::string& folder) { return converted(folder, "face_expression"); }},
           {"face-landmarks", [](const std::string& folder) { return converted(folder, "face_landmark_68"); }},
           {"face-age-gender", [](const std::string& folder) { return converted(folder, "age_gender"); }},
           {"face-embedder", [](const std::string& folder) { return converted(folder, "face_recognition"); }}}};
}

}  // namespace workflow
