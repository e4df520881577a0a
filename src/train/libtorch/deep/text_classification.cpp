#include <algorithm>

#include "model/text/unigram_tokenizer.h"
#include "train/augment/random_number.h"
#include "train/deep/tasks.h"
#include "train/deep/vocabulary.h"
#include "train/libtorch/deep/concept_task.h"
#include "workflow/base/error.h"

namespace workflow {
namespace {

// A tokenizer's tensors, as a model of texts has them in its weights.
Weights tensors_of(const Vocabulary& vocabulary) {
  struct Storage {
    std::string pieces;
    std::vector<double> scores;
  };
  auto storage = std::make_shared<Storage>();
  for (const std::string& piece : vocabulary.pieces) storage->pieces += piece + '\n';
  storage->scores = vocabulary.scores;
  Weights weights;
  weights.tensors.push_back({"tokenizer.pieces", DType::U8, {static_cast<std::int64_t>(storage->pieces.size())},
                             std::as_bytes(std::span(storage->pieces))});
  weights.tensors.push_back({"tokenizer.scores", DType::F64, {static_cast<std::int64_t>(storage->scores.size())},
                             std::as_bytes(std::span(storage->scores))});
  weights.storage = std::move(storage);
  return weights;
}

Weights tokenizer_for(const TaskNeeds& needs) {
  if (!needs.pretrained && !needs.values.has("vocabulary"))
    throw Error(ErrorCode::InvalidSetting, "Trainer::deep", "from: wanted weights with a vocabulary to begin with, got none");
  if (!needs.pretrained) return tensors_of(learnt_vocabulary(needs.train, static_cast<std::size_t>(needs.values.integer("vocabulary"))));
  Weights weights = *needs.pretrained;
  std::erase_if(weights.tensors, [](const TensorView& tensor) { return !tensor.name.starts_with("tokenizer."); });
  return weights;
}

class TextClassification : public ConceptTask {
 public:
  TextClassification(const TextNet& net, const TaskNeeds& needs)
      : ConceptTask(needs, /*texts=*/true),
        most_tokens_(net.most_tokens),
        word_dropout_(needs.values.number("word_dropout")),
        tokenizer_weights_(tokenizer_for(needs)),
        tokenizer_(tokenizer_of(tokenizer_weights_, net.architecture)) {
    Json settings = Json::object();
    if (net.architecture == "text-transformer") {
      settings["pieces"] = tokenizer_.size();
      for (const char* name : {"width", "layers", "heads"}) settings[name] = needs.values.integer(name);
    }
    make_net_of(net.architecture, std::move(settings));
  }

  bool is_head(std::string_view parameter) const override { return parameter.starts_with("head."); }

  Example example(const Dataset& dataset, std::size_t place, Use use, std::mt19937_64& random) const override {
    Example made;
    made.tokens = tokenizer_.encode(std::get<Text>(dataset[place].input).text);
    if (made.tokens.empty()) throw Error(ErrorCode::InvalidValue, "text", "it is empty");
    // A long text gives another passage each time; once it runs, a model looks at all of them.
    const auto length = static_cast<std::int64_t>(made.tokens.size());
    if (length > most_tokens_) {
      const auto begin = use == Use::Training ? random_choice(static_cast<int>(length - most_tokens_ + 1), random) : 0;
      made.tokens = std::vector<std::int64_t>(made.tokens.begin() + begin, made.tokens.begin() + begin + most_tokens_);
    }
    if (use == Use::Training && word_dropout_ > 0) {
      std::vector<std::int64_t> kept;
      for (const std::int64_t token : made.tokens)
        if (!random_chance(word_dropout_, random)) kept.push_back(token);
      if (!kept.empty()) made.tokens = std::move(kept);
    }
    made.targets = targets(dataset, place);
    return made;
  }

  torch::Tensor input(std::span<const Example> batch) const override {
    std::size_t longest = 0;
    for (const Example& example : batch) longest = std::max(longest, example.tokens.size());
    auto tokens = torch::full({static_cast<std::int64_t>(batch.size()), static_cast<std::int64_t>(longest)}, -1, torch::kInt64);
    auto* row = tokens.data_ptr<std::int64_t>();
    for (const Example& example : batch) {
      std::ranges::copy(example.tokens, row);
      row += longest;
    }
    return tokens;
  }

  torch::Tensor normalised(const torch::Tensor& input) const override { return input; }

  torch::Tensor loss(const torch::Tensor& input, std::span<const Example> batch, std::mt19937_64&) override {
    return losses(net().forward(input).front(), targets_of(batch).to(input.device())).mean();
  }

  ModelDirectory model() const override {
    ModelDirectory model = ConceptTask::model();
    model.spec.preprocessing = Json::object({{"tokenizer", "unigram"}, {"most_tokens", most_tokens_}});
    for (const TensorView& tensor : tokenizer_weights_.tensors) model.weights.tensors.push_back(tensor);
    model.weights.storage = std::make_shared<std::pair<std::shared_ptr<const void>, std::shared_ptr<const void>>>(
        model.weights.storage, tokenizer_weights_.storage);
    return model;
  }

 private:
  std::int64_t most_tokens_;
  double word_dropout_;
  Weights tokenizer_weights_;
  UnigramTokenizer tokenizer_;
};

}  // namespace

std::shared_ptr<DeepTask> make_text_classification(const TextNet& net, const TaskNeeds& needs) {
  return std::make_shared<TextClassification>(net, needs);
}

}  // namespace workflow
