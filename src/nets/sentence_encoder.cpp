#include "nets/sentence_encoder.h"

namespace workflow {
namespace {

constexpr std::int64_t pieces = 8002, embedded = 256, encoded = 512;

torch::nn::LayerNorm norm(std::int64_t channels) {
  return torch::nn::LayerNorm(torch::nn::LayerNormOptions({channels}).eps(1e-6));
}

}  // namespace

SentenceLayer::SentenceLayer(std::int64_t in, const SentenceLayerSizes& sizes)
    : heads_(sizes.heads),
      norm_attention_(register_module("norm_attention", norm(in))),
      norm_feed_(register_module("norm_feed", norm(sizes.width))),
      qkv_(register_module("qkv", torch::nn::Linear(in, 3 * in))),
      out_(register_module("out", torch::nn::Linear(in, sizes.width))),
      expand_(register_module("expand", torch::nn::Linear(sizes.width, sizes.inner))),
      contract_(register_module("contract", torch::nn::Linear(sizes.inner, sizes.width))) {
  if (in != sizes.width) residual_ = register_module("residual", torch::nn::Linear(in, sizes.width));
}

torch::Tensor SentenceLayer::forward(const torch::Tensor& x, const torch::Tensor& mask) {
  const auto batch = x.size(0), tokens = x.size(1);
  const auto parts = qkv_(norm_attention_(x)).view({batch, tokens, 3, heads_, -1}).permute({2, 0, 3, 1, 4});
  const auto query = parts[0], key = parts[1], value = parts[2];
  auto attention = torch::matmul(query / std::sqrt(static_cast<double>(query.size(3))), key.transpose(2, 3));
  if (mask.defined()) attention = attention + mask;
  const auto seen = torch::matmul(attention.softmax(-1), value).transpose(1, 2).reshape({batch, tokens, -1});
  const auto y = out_(seen) + (residual_.is_empty() ? x : residual_(x));
  return contract_(torch::relu(expand_(norm_feed_(y)))) + y;
}

SentenceEncoder::SentenceEncoder(bool features, std::int64_t outputs)
    : features_(features),
      embedding_(register_module("embedding", torch::nn::Embedding(pieces, embedded))),
      layer0_(register_module("layer0", std::make_shared<SentenceLayer>(embedded))),
      layer1_(register_module("layer1", std::make_shared<SentenceLayer>(encoded))),
      project_(register_module("project", torch::nn::Linear(encoded, encoded))),
      timing_scales_(register_buffer("timing_scales", torch::ones({embedded / 2}))) {
  if (outputs > 0) head_ = linear("head", 2 * encoded, outputs);
}

std::vector<torch::Tensor> SentenceEncoder::forward(const torch::Tensor& tokens) {
  const auto there = tokens >= 0;
  const bool is_full = there.all().item<bool>();
  const auto times = torch::arange(tokens.size(1), timing_scales_.options()).unsqueeze(1) * timing_scales_;
  auto x = embedding_(is_full ? tokens : tokens.clamp_min(0)) * 2 + torch::cat({times.sin(), times.cos()}, 1);
  torch::Tensor mask, weight;
  if (!is_full) {
    weight = there.to(x.scalar_type()).unsqueeze(2);
    x = x * weight;
    mask = ((1 - weight) * -1e9).view({tokens.size(0), 1, 1, tokens.size(1)});
  }
  const auto mean_of = [&](const torch::Tensor& y) { return is_full ? y.mean(1) : (y * weight).sum(1) / weight.sum(1); };
  const auto first = layer0_->forward(x, mask);
  const auto meaning = torch::nn::functional::normalize(torch::tanh(project_(mean_of(layer1_->forward(first, mask)))));
  if (head_.is_empty() && !features_) return {meaning};
  const auto both = torch::cat({meaning, mean_of(first)}, 1);
  return {head_.is_empty() ? both : head_->forward(both)};
}

}  // namespace workflow
