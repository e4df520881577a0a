#pragma once

#include "nets/net.h"

namespace workflow {

/// The sizes of a transformer's layer; as they stand, those of the Universal Sentence Encoder Lite.
struct SentenceLayerSizes {
  std::int64_t width = 512;   ///< channels that it gives
  std::int64_t inner = 1536;  ///< between its two fully connected layers
  std::int64_t heads = 4;
};

/// A layer of a pre-norm transformer: attention over `in` channels that gives `width`, then two fully connected layers.
/// Where they differ the residual goes through a fully connected layer of its own.
class SentenceLayer : public torch::nn::Module {
 public:
  explicit SentenceLayer(std::int64_t in, const SentenceLayerSizes& sizes = {});

  /// `x` is [batch, tokens, in]; `mask`, added to the attention's logits, [batch, 1, 1, tokens], or undefined for none.
  torch::Tensor forward(const torch::Tensor& x, const torch::Tensor& mask);

 private:
  std::int64_t heads_;
  torch::nn::LayerNorm norm_attention_, norm_feed_;
  torch::nn::Linear qkv_, out_, expand_, contract_;
  torch::nn::Linear residual_{nullptr};
};

/// Google's Universal Sentence Encoder Lite (Cer et al. 2018), two transformer layers over pieces of words.
/// Takes [N, T] numbers of pieces as int64, -1 where a text has ended; gives one output [N, 512], each of length 1. With
/// `features` it gives [N, 1024]: behind that the mean of the first layer over the pieces, which knows more of the words.
/// With `outputs` there is a fully connected layer, `head`, on those 1024, and its raw scores [N, outputs] are given.
/// Places beyond 128 were not seen in training. Parameters bear short names of our own, as the upstream file is a
/// TensorFlow graph; the importer of the package renames them.
class SentenceEncoder : public Net {
 public:
  explicit SentenceEncoder(bool features = false, std::int64_t outputs = 0);
  std::vector<torch::Tensor> forward(const torch::Tensor& tokens) override;

 private:
  bool features_;
  torch::nn::Embedding embedding_;
  std::shared_ptr<SentenceLayer> layer0_, layer1_;
  torch::nn::Linear project_;
  torch::Tensor timing_scales_;
  torch::nn::Linear head_{nullptr};
};

}  // namespace workflow
