#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/json_reader.h"
#include "model/text/check_texts.h"
#include "model/text/ngrams.h"
#include "model/text/sessions.h"
#include "model/text/word_list.h"
#include "workflow/base/error.h"

namespace workflow {
namespace {

// A fully connected layer over the weights' bytes; the sums are in double, as ECMAScript has them.
struct Layer {
  std::vector<float> weight, bias;
  std::size_t in = 0;

  // `input` is sparse: only what is not zero.
  std::vector<float> operator()(const std::vector<NgramCounter::Frequency>& input) const {
    std::vector<float> output;
    for (std::size_t o = 0; o < bias.size(); ++o) {
      double sum = 0;
      for (const auto& [place, value] : input) sum += static_cast<double>(static_cast<float>(value)) * static_cast<double>(weight[o * in + place]);
      output.push_back(static_cast<float>(sum + static_cast<double>(bias[o])));
    }
    return output;
  }
};

std::vector<float> floats(const Weights& weights, const std::string& name, std::vector<std::int64_t> wanted, const std::string& place) {
  const TensorView* const tensor = weights.find(name);
  if (!tensor || tensor->dtype != DType::F32 || tensor->shape != wanted)
    throw Error(ErrorCode::InvalidModel, place,
                fmt::format("{}: wanted F32 {}, got {}", name, shape_text(wanted),
                            tensor ? fmt::format("{} {}", name_of(tensor->dtype), shape_text(tensor->shape)) : "none"));
  std::vector<float> values(tensor->data.size() / sizeof(float));
  std::memcpy(values.data(), tensor->data.data(), tensor->data.size());
  if (!std::ranges::all_of(values, [](float value) { return std::isfinite(value); }))
    throw Error(ErrorCode::InvalidModel, place, fmt::format("{}: wanted numbers, got NaN or infinity; bring the weights anew", name));
  return values;
}

Layer layer(const Weights& weights, const std::string& name, std::size_t in, std::size_t out, const std::string& place) {
  const auto rows = static_cast<std::int64_t>(out), columns = static_cast<std::int64_t>(in);
  return {floats(weights, name + ".weight", {rows, columns}, place), floats(weights, name + ".bias", {rows}, place), in};
}

class NgramSession : public Session {
 public:
  NgramSession(const TextSessionSettings& settings, const Weights& weights)
      : Session(settings.model), counter_(lines_of(weights, "ngrams", settings.model), settings.model) {
    JsonReader reader(settings.settings, settings.architecture);
    const auto hidden = static_cast<std::size_t>(reader.integer("hidden", 1, 100'000));
    const auto outputs = static_cast<std::size_t>(reader.integer("outputs", 1, 100'000));
    reader.finish();
    JsonReader(settings.preprocessing, settings.model + " preprocessing").finish();  // it has no settings
    hidden_ = layer(weights, "hidden", counter_.size(), hidden, settings.model);
    out_ = layer(weights, "out", hidden, outputs, settings.model);
  }

  std::vector<Output> run(std::span<const Text> texts) const override {
    check_texts(model(), texts);
    Output output{.values = {}, .shape = {static_cast<std::int64_t>(texts.size()), static_cast<std::int64_t>(out_.bias.size())}};
    for (const Text& text : texts) {
      std::vector<NgramCounter::Frequency> active;
      const std::vector<float> hidden = hidden_(counter_.count(text.text));
      for (std::size_t i = 0; i < hidden.size(); ++i)
        if (hidden[i] > 0) active.push_back({i, static_cast<double>(hidden[i])});
      const std::vector<float> logits = out_(active);
      output.values.insert(output.values.end(), logits.begin(), logits.end());
    }
    if (texts.empty()) return {};
    if (!std::ranges::all_of(output.values, [](float value) { return std::isfinite(value); }))
      throw Error(ErrorCode::InvalidValue, model(), "its output holds NaN or infinity; look at its weights");
    return {output};
  }

  void warm_up() const override {}
  std::size_t micro_batch() const override { return 1; }

 private:
  NgramCounter counter_;
  Layer hidden_, out_;
};

}  // namespace

std::shared_ptr<const Session> open_ngram_session(const TextSessionSettings& settings, const Weights& weights) {
  return std::make_shared<const NgramSession>(settings, weights);
}

}  // namespace workflow
