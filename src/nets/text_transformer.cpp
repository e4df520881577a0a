#include "nets/text_transformer.h"

#include <cmath>

namespace workflow {
namespace {

constexpr double dropped = 0.1;  // of the embedded pieces and of the mean, in training

}  // namespace

TextTransformer::TextTransformer(const TextTransformerSettings& settings)
    : width_(settings.width),
      embedding_(register_module("embedding", torch::nn::Embedding(settings.pieces, settings.width))),
      norm_(nullptr),
      head_(nullptr) {
  torch::nn::init::normal_(embedding_->weight, 0, 1 / std::sqrt(static_cast<double>(settings.width)));
  const SentenceLayerSizes sizes{.width = settings.width, .inner = 4 * settings.width, .heads = settings.heads};
  for (std::int64_t i = 0; i < settings.layers; ++i)
    layers_.push_back(register_module("layer" + std::to_string(i), std::make_shared<SentenceLayer>(settings.width, sizes)));
  norm_ = register_module("norm", torch::nn::LayerNorm(torch::nn::LayerNormOptions({settings.width})));
  head_ = linear("head", settings.width, settings.outputs);
}

std::vector<torch::Tensor> TextTransformer::forward(const torch::Tensor& tokens) {
  const auto weight = (tokens >= 0).to(torch::kFloat32).unsqueeze(2);
  const auto options = torch::TensorOptions().dtype(torch::kFloat32).device(tokens.device());
  const auto steps = torch::exp(torch::arange(width_ / 2, options) * (-std::log(10000.0) / static_cast<double>(width_ / 2)));
  const auto times = torch::arange(tokens.size(1), options).unsqueeze(1) * steps;
  auto x = embedding_->forward(tokens.clamp_min(0)) * std::sqrt(static_cast<double>(width_)) + torch::cat({times.sin(), times.cos()}, 1);
  x = at::dropout(x, dropped, is_training());
  const auto mask = ((1 - weight) * -1e9).view({tokens.size(0), 1, 1, tokens.size(1)});
  for (const auto& layer : layers_) x = layer->forward(x, mask);
  const auto mean = (norm_->forward(x) * weight).sum(1) / weight.sum(1);
  return {head_->forward(at::dropout(mean, dropped, is_training()))};
}

}  // namespace workflow
