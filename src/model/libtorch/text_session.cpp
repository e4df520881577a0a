#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/json_reader.h"
#include "model/blas.h"
#include "model/libtorch/device.h"
#include "model/libtorch/guard.h"
#include "model/text/check_texts.h"
#include "model/text/passages.h"
#include "model/text/sessions.h"
#include "nets/architectures.h"
#include "nets/load_weights.h"

namespace workflow {
namespace {

// What one pass holds: enough for the matrix products to be worth it, little enough to stay in the cache.
constexpr std::size_t most_rows = 32;
constexpr std::size_t most_tokens_in_a_pass = 512;

struct TextSettings {
  std::size_t most_tokens = 0;
  bool unit_length = false;
};

TextSettings text_settings(const TextSessionSettings& settings) {
  static constexpr std::array<std::string_view, 1> tokenizers = {"unigram"};
  JsonReader reader(settings.preprocessing, settings.model + " preprocessing");
  reader.choice("tokenizer", tokenizers);
  TextSettings read{.most_tokens = static_cast<std::size_t>(reader.integer("most_tokens", 1, 4096)),
                    .unit_length = reader.flag_or("unit_length", false)};
  reader.finish();
  return read;
}

// What the net loads; the tokenizer's own tensors are none of its parameters.
Weights of_net(const Weights& weights) {
  Weights rest = weights;
  std::erase_if(rest.tensors, [](const TensorView& tensor) { return tensor.name.starts_with("tokenizer."); });
  return rest;
}

struct Passage {
  std::size_t text;
  Tokens tokens;
  float share;  // of its text's tokens; 1 where the text is one passage
};

class TokenSession : public Session {
 public:
  TokenSession(const TextSessionSettings& settings, const Weights& weights, const Device& device)
      : Session(settings.model),
        settings_(text_settings(settings)),
        tokenizer_(tokenizer_of(weights, settings.model)),
        device_(torch_device(device)),
        net_(make_net(settings.architecture, settings.settings)) {
    load_weights(*net_, of_net(weights));
    net_->to(device_);
    const c10::InferenceMode inference;
    net_->prepare(torch::zeros({1, 16}, torch::TensorOptions(torch::kInt64).device(device_)));
  }

  std::vector<Output> run(std::span<const Text> texts) const override {
    check_texts(model(), texts);
    std::vector<std::vector<std::int64_t>> tokens;
    for (const Text& text : texts) tokens.push_back(tokenizer_.encode(text.text));
    std::vector<Passage> all;
    for (std::size_t i = 0; i < texts.size(); ++i)
      for (const Tokens passage : passages(tokens[i], settings_.most_tokens, tokenizer_))
        all.push_back({i, passage, static_cast<float>(passage.size()) / static_cast<float>(tokens[i].size())});
    // Those of about the same length go together, so that little is filled up.
    std::ranges::stable_sort(all, {}, [](const Passage& passage) { return passage.tokens.size(); });

    std::vector<Output> outputs;
    guarded(model(), [&] {
      const c10::InferenceMode inference;
      for (std::size_t begin = 0, end = 0; begin < all.size(); begin = end) {
        end = begin + 1;
        while (end < all.size() && end - begin < most_rows && (end - begin + 1) * all[end].tokens.size() <= most_tokens_in_a_pass) ++end;
        const auto pass = std::span<const Passage>(all).subspan(begin, end - begin);
        add(net_->forward(input(pass)), pass, texts.size(), outputs);
      }
    });
    for (std::size_t i = 0; i < texts.size() && settings_.unit_length; ++i)
      for (Output& output : outputs)
        if (tokens[i].size() > settings_.most_tokens) to_unit_length(output, i);
    return outputs;
  }

  // What LibTorch keeps by shape and number of threads are convolutions, and such a net has none.
  void warm_up() const override {}

  std::size_t micro_batch() const override { return most_rows; }

 private:
  // [passages, tokens of the longest], -1 where a shorter one has ended.
  torch::Tensor input(std::span<const Passage> pass) const {
    const auto longest = static_cast<std::int64_t>(pass.back().tokens.size());
    auto tokens = torch::full({static_cast<std::int64_t>(pass.size()), longest}, -1, torch::kInt64);
    auto* row = tokens.data_ptr<std::int64_t>();
    for (const Passage& passage : pass) {
      std::ranges::copy(passage.tokens, row);
      row += longest;
    }
    return tokens.to(device_);
  }

  // Adds each passage's row to its text's, weighted by its share.
  void add(const std::vector<torch::Tensor>& tensors, std::span<const Passage> pass, std::size_t texts,
           std::vector<Output>& outputs) const {
    outputs.resize(tensors.size());
    for (std::size_t k = 0; k < tensors.size(); ++k) {
      const auto tensor = tensors[k].to(torch::kCPU, torch::kFloat32).contiguous();
      const std::span<const float> values(tensor.data_ptr<float>(), static_cast<std::size_t>(tensor.numel()));
      if (std::ranges::any_of(values, [](float value) { return std::isnan(value); }))
        throw Error(ErrorCode::InvalidValue, model(), "the net's output holds NaN; look at its weights");
      Output& output = outputs[k];
      const std::size_t length = values.size() / pass.size();
      if (output.shape.empty()) {
        output.shape = tensor.sizes().vec();
        output.shape[0] = static_cast<std::int64_t>(texts);
        output.values.resize(texts * length);
      }
      for (std::size_t i = 0; i < pass.size(); ++i)
        for (std::size_t j = 0; j < length; ++j)
          output.values[pass[i].text * length + j] += values[i * length + j] * pass[i].share;
    }
  }

  static void to_unit_length(Output& output, std::size_t text) {
    const std::size_t length = output.values.size() / static_cast<std::size_t>(output.shape[0]);
    const auto row = std::span(output.values).subspan(text * length, length);
    const float norm = std::sqrt(std::inner_product(row.begin(), row.end(), row.begin(), 0.0f));
    for (float& value : row) value /= norm > 0 ? norm : 1;
  }

  TextSettings settings_;
  UnigramTokenizer tokenizer_;
  torch::Device device_;
  std::shared_ptr<Net> net_;
};

}  // namespace

std::shared_ptr<const Session> open_token_session(const TextSessionSettings& settings, const Weights& weights,
                                                  const Device& device) {
  warn_of_slow_blas();
  return guarded(settings.model, [&] { return std::make_shared<const TokenSession>(settings, weights, device); });
}

}  // namespace workflow
