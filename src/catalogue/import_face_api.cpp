#include "catalogue/import_face_api.h"

#include <fmt/format.h>

#include <cstring>
#include <deque>
#include <filesystem>
#include <numeric>

#include "base/in_quotes.h"
#include "workflow/base/error.h"

namespace workflow {
namespace {

constexpr std::string_view place = "import";

[[noreturn]] void unfit(const TensorView& tensor, std::string_view wanted) {
  throw Error(ErrorCode::InvalidModel, place, fmt::format("face-api tensor {}: wanted {}", in_quotes(tensor.name), wanted));
}

// The same numbers with the axes in another order: axis i of the result is axis order[i] of the source.
std::vector<float> permuted(const std::vector<float>& values, const std::vector<std::int64_t>& shape,
                            const std::vector<std::size_t>& order) {
  std::vector<std::size_t> stride(shape.size(), 1);
  for (std::size_t i = shape.size() - 1; i > 0; --i) stride[i - 1] = stride[i] * static_cast<std::size_t>(shape[i]);
  std::vector<float> result(values.size());
  std::vector<std::size_t> index(order.size(), 0);
  for (float& value : result) {
    std::size_t at = 0;
    for (std::size_t i = 0; i < order.size(); ++i) at += index[i] * stride[order[i]];
    value = values[at];
    for (std::size_t i = order.size(); i-- > 0;) {
      if (++index[i] < static_cast<std::size_t>(shape[order[i]])) break;
      index[i] = 0;
    }
  }
  return result;
}

class Converter {
 public:
  explicit Converter(const Weights& from) : from_(from), values_(std::make_shared<std::deque<std::vector<float>>>()) {}

  Weights convert() {
    for (const TensorView& tensor : from_.tensors) {
      const std::size_t slash = tensor.name.rfind('/');
      const std::string owner = slash == std::string::npos ? tensor.name : tensor.name.substr(0, slash);
      const std::string_view role = std::string_view(tensor.name).substr(slash + 1);  // all of it where there is no slash
      if (role == "filters") {
        add(module(owner) + ".weight", tensor, {3, 2, 0, 1}, scale_of(owner));
      } else if (role == "depthwise_filter") {
        add(module(owner) + ".depthwise.weight", tensor, {2, 3, 0, 1});
      } else if (role == "pointwise_filter") {
        add(module(owner) + ".pointwise.weight", tensor, {3, 2, 0, 1});
      } else if (role == "bias") {
        const bool is_separable = from_.find(owner + "/pointwise_filter") != nullptr;
        add(module(owner) + (is_separable ? ".pointwise.bias" : ".bias"), tensor, {0}, scale_of(owner), shift_of(owner));
      } else if (tensor.name == "fc/weights" || tensor.name == "fc") {
        add("fc.weight", tensor, {1, 0});
      } else if (!owner.ends_with("/scale")) {
        unfit(tensor, "a name that a face-api net has");
      }
    }
    to_.storage = values_;
    return std::move(to_);
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

  static std::vector<float> floats(const TensorView& tensor) {
    if (tensor.dtype != DType::F32) unfit(tensor, "F32");
    std::vector<float> values(tensor.data.size() / sizeof(float));
    if (!values.empty()) std::memcpy(values.data(), tensor.data.data(), tensor.data.size());
    return values;
  }

  // `scale` and `shift` hold one number for each of the result's first axis.
  void add(const std::string& name, const TensorView& tensor, const std::vector<std::size_t>& order,
           const TensorView* scale = nullptr, const TensorView* shift = nullptr) {
    if (tensor.shape.size() != order.size())
      unfit(tensor, fmt::format("{} axes, got {}", order.size(), tensor.shape.size()));
    std::vector<std::int64_t> shape;
    for (const std::size_t axis : order) shape.push_back(tensor.shape[axis]);
    std::vector<float> values = values_of(tensor, order);
    for (const TensorView* layer : {scale, shift}) {
      if (!layer) continue;
      const std::vector<float> factors = floats(*layer);
      if (factors.empty() || factors.size() != static_cast<std::size_t>(shape[0]))
        unfit(*layer, fmt::format("{} numbers", shape[0]));
      const std::size_t each = values.size() / factors.size();
      for (std::size_t i = 0; i < values.size(); ++i)
        layer == scale ? values[i] *= factors[i / each] : values[i] += factors[i / each];
    }
    const std::vector<float>& kept = values_->emplace_back(std::move(values));
    to_.tensors.push_back({name, DType::F32, std::move(shape), std::as_bytes(std::span(kept))});
  }

  static std::vector<float> values_of(const TensorView& tensor, const std::vector<std::size_t>& order) {
    return order.size() == 1 ? floats(tensor) : permuted(floats(tensor), tensor.shape, order);
  }

  const Weights& from_;
  std::shared_ptr<std::deque<std::vector<float>>> values_;
  Weights to_;
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
           {"face-embedder", [](const std::string& folder) { return converted(folder, "face_recognition"); }}}};
}

}  // namespace workflow
