#pragma once

#include "nets/sentence_encoder.h"

namespace workflow {

struct TextTransformerSettings {
  std::int64_t pieces = 8000;  ///< of words, in the vocabulary
  std::int64_t width = 128;    ///< channels; a multiple of twice the heads
  std::int64_t layers = 2;
  std::int64_t heads = 4;
  std::int64_t outputs = 2;
};

/// A small pre-norm transformer (Vaswani et al. 2017) over pieces of words, with sines and cosines for places and the mean over
/// the pieces before the last layer. Takes [N, T] numbers of pieces as int64, -1 where a text has ended; gives one output
/// [N, outputs], raw.
class TextTransformer : public Net {
 public:
  explicit TextTransformer(const TextTransformerSettings& settings);
  std::vector<torch::Tensor> forward(const torch::Tensor& tokens) override;

 private:
  std::int64_t width_;
  torch::nn::Embedding embedding_;
  std::vector<std::shared_ptr<SentenceLayer>> layers_;
  torch::nn::LayerNorm norm_;
  torch::nn::Linear head_;
};

}  // namespace workflow
