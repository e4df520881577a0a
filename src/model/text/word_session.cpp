#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/json_reader.h"
#include "model/text/check_texts.h"
#include "model/text/sessions.h"
#include "model/text/word_list.h"
#include "model/text/words.h"
#include "workflow/base/error.h"

namespace workflow {
namespace {

class WordSession : public Session {
 public:
  WordSession(const TextSessionSettings& settings, const Weights& weights)
      : Session(settings.model), storage_(weights.storage), words_(lines_of(weights, "words", settings.model)) {
    JsonReader(settings.settings, settings.architecture).finish();  // neither has settings
    JsonReader(settings.preprocessing, settings.model + " preprocessing").finish();
    const TensorView* const vectors = weights.find("vectors");
    const auto rows = static_cast<std::int64_t>(words_.size());
    if (!vectors || vectors->dtype != DType::F32 || vectors->shape.size() != 2 || vectors->shape[0] != rows || rows == 0 || vectors->shape[1] == 0)
      throw Error(ErrorCode::InvalidModel, settings.model, fmt::format("vectors: wanted F32 with a row for each of {} words", rows));
    if (std::ranges::adjacent_find(words_, std::greater_equal()) != words_.end())
      throw Error(ErrorCode::InvalidModel, settings.model, "words: wanted them sorted by their bytes, each once");
    vectors_ = vectors->data;
    length_ = static_cast<std::size_t>(vectors->shape[1]);
  }

  std::vector<Output> run(std::span<const Text> texts) const override {
    check_texts(model(), texts);
    if (texts.empty()) return {};
    Output output{.values = std::vector<float>(texts.size() * length_),
                  .shape = {static_cast<std::int64_t>(texts.size()), static_cast<std::int64_t>(length_)}};
    for (std::size_t i = 0; i < texts.size(); ++i) mean(texts[i].text, std::span(output.values).subspan(i * length_, length_));
    return {output};
  }

  void warm_up() const override {}
  std::size_t micro_batch() const override { return 1; }

 private:
  // The mean over the words that are known; zeros where none is.
  void mean(std::string_view text, std::span<float> row) const {
    std::vector<double> sum(length_);
    double count = 0;
    for (const std::string& word : words_of(text)) {
      if (add(word, sum)) {
        ++count;
        continue;
      }
      // "west-facing" is two words where the vocabulary lacks it.
      for (std::size_t begin = 0; begin < word.size() && word.find('-') != std::string::npos;) {
        const std::size_t end = std::min(word.find('-', begin), word.size());
        if (add(std::string_view(word).substr(begin, end - begin), sum)) ++count;
        begin = end + 1;
      }
    }
    for (std::size_t i = 0; i < length_ && count > 0; ++i) row[i] = static_cast<float>(sum[i] / count);
    if (!std::ranges::all_of(row, [](float value) { return std::isfinite(value); }))
      throw Error(ErrorCode::InvalidValue, model(), "its output holds NaN or infinity; look at its weights");
  }

  bool add(std::string_view word, std::vector<double>& sum) const {
    const auto found = std::ranges::lower_bound(words_, word);
    if (found == words_.end() || *found != word) return false;
    const std::byte* at = vectors_.data() + static_cast<std::size_t>(found - words_.begin()) * length_ * sizeof(float);
    for (double& each : sum) {
      float value = 0;
      std::memcpy(&value, at, sizeof value);  // a mapped file's tensors need not be aligned
      each += static_cast<double>(value);
      at += sizeof value;
    }
    return true;
  }

  std::shared_ptr<const void> storage_;  // the mapped file under the two below
  std::vector<std::string_view> words_;
  std::span<const std::byte> vectors_;
  std::size_t length_ = 0;
};

}  // namespace

std::shared_ptr<const Session> open_word_session(const TextSessionSettings& settings, const Weights& weights) {
  return std::make_shared<const WordSession>(settings, weights);
}

}  // namespace workflow
