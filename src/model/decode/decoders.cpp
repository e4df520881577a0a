#include "model/decode/decoders.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "model/decode/age_gender.h"
#include "model/decode/made_decoder.h"
#include "workflow/base/error.h"

namespace workflow {
namespace {

// What the net is for stands first; auxiliary scores and features, which many nets give beside it, are left alone.
const Output& first_output(std::span<const Output> outputs, const std::string& model) {
  if (outputs.empty()) throw Error(ErrorCode::InvalidModel, model, "wanted an output of the net, got none");
  return outputs[0];
}

class LogitDecoder : public ConceptDecoder {
 public:
  LogitDecoder(const ModelSpec& spec, const std::vector<std::string>& labels) : model_(spec.name()), labels_(labels) {}

  Concepts operator()(std::span<const Output> outputs, std::size_t item) const override {
    const auto logits = first_output(outputs, model_).row(item);
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
    const auto row = first_output(outputs, model_).row(item);
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
    const auto row = first_output(outputs, model_).row(item);
    Landmarks landmarks;
    for (std::size_t i = 0; i + 1 < row.size(); i += 2)
      landmarks.points.push_back(on_image(Point{row[i], row[i + 1]}, landing));
    return landmarks;
  }

 private:
  std::string model_;
};

}  // namespace

const Output& only_output(std::span<const Output> outputs, const std::string& model) {
  if (outputs.size() != 1)
    throw Error(ErrorCode::InvalidModel, model, fmt::format("wanted one output of the net, got {}", outputs.size()));
  return outputs[0];
}

std::shared_ptr<const ConceptDecoder> make_concept_decoder(const ModelSpec& spec, const std::vector<std::string>& labels) {
  static constexpr std::array<std::string_view, 3> kinds = {"softmax", "sigmoid", "age-gender"};
  return made_decoder<ConceptDecoder>(spec, kinds,
                                      [&](std::size_t kind, JsonReader& settings) -> std::shared_ptr<const ConceptDecoder> {
                                        if (kind == 0) return std::make_shared<SoftmaxDecoder>(spec, labels);
                                        if (kind == 1) return std::make_shared<SigmoidDecoder>(spec, labels);
                                        return make_age_gender_decoder(spec, labels, settings);
                                      });
}

std::shared_ptr<const EmbeddingDecoder> make_embedding_decoder(const ModelSpec& spec) {
  static constexpr std::array<std::string_view, 1> kinds = {"vector"};
  return made_decoder<EmbeddingDecoder>(
      spec, kinds, [&](std::size_t, JsonReader& settings) { return std::make_shared<VectorDecoder>(spec, settings); });
}

std::shared_ptr<const LandmarkDecoder> make_landmark_decoder(const ModelSpec& spec) {
  static constexpr std::array<std::string_view, 1> kinds = {"points"};
  return made_decoder<LandmarkDecoder>(spec, kinds,
                                       [&](std::size_t, JsonReader&) { return std::make_shared<PointsDecoder>(spec); });
}

}  // namespace workflow
