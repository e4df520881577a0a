#include "model/decode/decoders.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "base/json_reader.h"
#include "model/decode/boxes.h"
#include "workflow/base/error.h"

namespace workflow {
namespace {

const Output& only(std::span<const Output> outputs, const std::string& model) {
  if (outputs.size() != 1)
    throw Error(ErrorCode::InvalidModel, model, fmt::format("wanted one output of the net, got {}", outputs.size()));
  return outputs[0];
}

struct Suppression {
  float threshold = 0;
  float iou = 0;
};

Suppression suppression(JsonReader& settings) {
  return {static_cast<float>(settings.number("threshold", 0, 1)), static_cast<float>(settings.number("iou", 0, 1))};
}

std::string only_label(const ModelSpec& spec, const std::vector<std::string>& labels) {
  if (labels.size() != 1)
    throw Error(ErrorCode::InvalidModel, spec.name(),
                fmt::format("wanted one label, as it finds one kind, got {}", labels.size()));
  return labels[0];
}

class TinyYoloDecoder : public RegionDecoder {
 public:
  TinyYoloDecoder(const ModelSpec& spec, const std::vector<std::string>& labels, JsonReader& settings)
      : model_(spec.name()), label_(only_label(spec, labels)), suppression_(suppression(settings)) {
    for (const auto& row : settings.rows("anchors", 2, 100))
      anchors_.push_back({static_cast<float>(row[0]), static_cast<float>(row[1])});
  }

  std::vector<Region> operator()(std::span<const Output> outputs, std::size_t item, const Box& landing) const override {
    const Output& cells = only(outputs, model_);
    if (cells.shape.size() != 4 || cells.shape[3] != static_cast<std::int64_t>(anchors_.size() * 5))
      throw Error(ErrorCode::InvalidModel, model_, fmt::format("wanted 5 outputs for each of {} anchors", anchors_.size()));
    auto raw = tiny_yolo_regions(cells.row(item), cells.shape[1], cells.shape[2], anchors_, suppression_.threshold);
    return finished_regions(std::move(raw), suppression_.iou, landing, label_);
  }

 private:
  std::string model_;
  std::string label_;
  Suppression suppression_;
  std::vector<Point> anchors_;
};

class YuNetDecoder : public RegionDecoder {
 public:
  YuNetDecoder(const ModelSpec& spec, const Preprocess& preprocess, const std::vector<std::string>& labels,
               JsonReader& settings)
      : model_(spec.name()),
        label_(only_label(spec, labels)),
        suppression_(suppression(settings)),
        width_(preprocess.width),
        height_(preprocess.height) {
    if (width_ % 32 != 0 || height_ % 32 != 0)
      settings.fail(fmt::format("wanted an input whose sides are multiples of 32, got {} x {}", width_, height_));
  }

  std::vector<Region> operator()(std::span<const Output> outputs, std::size_t item, const Box& landing) const override {
    auto raw = yunet_regions(only(outputs, model_).row(item), width_, height_, suppression_.threshold);
    return finished_regions(std::move(raw), suppression_.iou, landing, label_);
  }

 private:
  std::string model_;
  std::string label_;
  Suppression suppression_;
  int width_;
  int height_;
};

class LogitDecoder : public ConceptDecoder {
 public:
  LogitDecoder(const ModelSpec& spec, const std::vector<std::string>& labels) : model_(spec.name()), labels_(labels) {}

  Concepts operator()(std::span<const Output> outputs, std::size_t item) const override {
    const auto logits = only(outputs, model_).row(item);
    if (logits.empty() || logits.size() != labels_.size())
      throw Error(ErrorCode::InvalidModel, model_,
                  fmt::format("wanted a label for each of {} outputs, got {} labels", logits.size(), labels_.size()));
    std::vector<float> scores(logits.begin(), logits.end());
    to_scores(scores);
    std::vector<Concept> list;
    for (std::size_t i = 0; i < scores.size(); ++i) list.push_back({labels_[i], scores[i]});
    return Concepts(std::move(list));
  }

 protected:
  virtual void to_scores(std::vector<float>& logits) const = 0;

 private:
  std::string model_;
  std::vector<std::string> labels_;
};

// Concepts of which one is there.
class SoftmaxDecoder : public LogitDecoder {
 public:
  using LogitDecoder::LogitDecoder;

 protected:
  void to_scores(std::vector<float>& logits) const override {
    const float most = *std::ranges::max_element(logits);
    float sum = 0;
    for (float& logit : logits) sum += logit = std::exp(logit - most);
    for (float& logit : logits) logit /= sum;
  }
};

// Concepts of which any number is there.
class SigmoidDecoder : public LogitDecoder {
 public:
  using LogitDecoder::LogitDecoder;

 protected:
  void to_scores(std::vector<float>& logits) const override {
    for (float& logit : logits) logit = 1 / (1 + std::exp(-logit));
  }
};

class VectorDecoder : public EmbeddingDecoder {
 public:
  VectorDecoder(const ModelSpec& spec, JsonReader& settings)
      : model_(spec.name()), is_normalised_(settings.flag_or("normalise", false)) {}

  Embedding operator()(std::span<const Output> outputs, std::size_t item) const override {
    const auto row = only(outputs, model_).row(item);
    Embedding embedding{{row.begin(), row.end()}};
    float squares = 0;
    for (const float value : row) squares += value * value;
    if (is_normalised_ && squares > 0)
      for (float& value : embedding.values) value /= std::sqrt(squares);
    return embedding;
  }

 private:
  std::string model_;
  bool is_normalised_;
};

class PointsDecoder : public LandmarkDecoder {
 public:
  explicit PointsDecoder(const ModelSpec& spec) : model_(spec.name()) {}

  Landmarks operator()(std::span<const Output> outputs, std::size_t item, const Box& landing) const override {
    const auto row = only(outputs, model_).row(item);
    Landmarks landmarks;
    for (std::size_t i = 0; i + 1 < row.size(); i += 2)
      landmarks.points.push_back(on_image(Point{row[i], row[i + 1]}, landing));
    return landmarks;
  }

 private:
  std::string model_;
};

// Reads the kind, makes its decoder, and refuses settings that nobody asked for.
template <class Decoder>
std::shared_ptr<const Decoder> made(
    const ModelSpec& spec, std::span<const std::string_view> kinds,
    const std::function<std::shared_ptr<const Decoder>(std::size_t kind, JsonReader& settings)>& make) {
  JsonReader settings(spec.decoding, spec.name() + " decoding");
  const std::size_t kind = settings.choice("kind", kinds);
  auto decoder = make(kind, settings);
  settings.finish();
  return decoder;
}

}  // namespace

std::shared_ptr<const RegionDecoder> make_region_decoder(const ModelSpec& spec, const Preprocess& preprocess,
                                                         const std::vector<std::string>& labels) {
  static constexpr std::array<std::string_view, 2> kinds = {"tiny-yolo", "yunet"};
  return made<RegionDecoder>(spec, kinds,
                             [&](std::size_t kind, JsonReader& settings) -> std::shared_ptr<const RegionDecoder> {
                               if (kind == 0) return std::make_shared<TinyYoloDecoder>(spec, labels, settings);
                               return std::make_shared<YuNetDecoder>(spec, preprocess, labels, settings);
                             });
}

std::shared_ptr<const ConceptDecoder> make_concept_decoder(const ModelSpec& spec, const std::vector<std::string>& labels) {
  static constexpr std::array<std::string_view, 2> kinds = {"softmax", "sigmoid"};
  return made<ConceptDecoder>(spec, kinds, [&](std::size_t kind, JsonReader&) -> std::shared_ptr<const ConceptDecoder> {
    if (kind == 0) return std::make_shared<SoftmaxDecoder>(spec, labels);
    return std::make_shared<SigmoidDecoder>(spec, labels);
  });
}

std::shared_ptr<const EmbeddingDecoder> make_embedding_decoder(const ModelSpec& spec) {
  static constexpr std::array<std::string_view, 1> kinds = {"vector"};
  return made<EmbeddingDecoder>(
      spec, kinds, [&](std::size_t, JsonReader& settings) { return std::make_shared<VectorDecoder>(spec, settings); });
}

std::shared_ptr<const LandmarkDecoder> make_landmark_decoder(const ModelSpec& spec) {
  static constexpr std::array<std::string_view, 1> kinds = {"points"};
  return made<LandmarkDecoder>(spec, kinds, [&](std::size_t, JsonReader&) { return std::make_shared<PointsDecoder>(spec); });
}

}  // namespace workflow
