#include "model/decode/age_gender.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>

#include "workflow/base/error.h"

namespace workflow {
namespace {

constexpr std::size_t genders = 2;

// The part of a normal distribution that lies below `x`.
double below(double x, double mean, double deviation) {
  return std::erfc((mean - x) / (deviation * std::numbers::sqrt2)) / 2;
}

class AgeGenderDecoder : public ConceptDecoder {
 public:
  AgeGenderDecoder(const ModelSpec& spec, const std::vector<std::string>& labels, JsonReader& settings)
      : model_(spec.name()), labels_(labels) {
    // Of a normal distribution the mean absolute error is sqrt(2 / pi) of the standard deviation.
    deviation_ = settings.number("error", 0.1, 50) * std::sqrt(std::numbers::pi / 2);
    bands_ = settings.integers_or_none("bands", 100, 0, 150);
    if (bands_.empty() || bands_.front() != 0 || std::ranges::adjacent_find(bands_, std::greater_equal{}) != bands_.end())
      settings.fail("\"bands\": wanted the first year of each band, from 0 on, rising");
    if (labels_.size() != genders + 1 + bands_.size())
      throw Error(ErrorCode::InvalidModel, model_,
                  fmt::format("wanted {} labels: two genders, age and {} bands, got {}", genders + 1 + bands_.size(),
                              bands_.size(), labels_.size()));
  }

  Concepts operator()(std::span<const Output> outputs, std::size_t item) const override {
    if (outputs.size() != 2 || outputs[0].row(item).size() != 1 || outputs[1].row(item).size() != genders)
      throw Error(ErrorCode::InvalidModel, model_, "wanted two outputs of the net: an age, and two genders");
    const double age = std::clamp(static_cast<double>(outputs[0].row(item)[0]), 0.0, 100.0);
    const auto logits = outputs[1].row(item);
    const float first = 1 / (1 + std::exp(logits[1] - logits[0]));
    std::vector<Concept> list = {{labels_[0], first}, {labels_[1], 1 - first}, {labels_[2], static_cast<float>(age / 100)}};
    double from = 0;  // the first band takes what would lie before birth, the last has no end
    for (std::size_t i = 0; i < bands_.size(); ++i) {
      const bool is_last = i + 1 == bands_.size();
      const double to = is_last ? 1 : below(static_cast<double>(bands_[i + 1]), age, deviation_);
      list.push_back({labels_[genders + 1 + i], static_cast<float>(to - from)});
      from = to;
    }
    return Concepts(std::move(list));
  }

 private:
  std::string model_;
  std::vector<std::string> labels_;
  double deviation_ = 0;
  std::vector<std::int64_t> bands_;
};

}  // namespace

std::shared_ptr<const ConceptDecoder> make_age_gender_decoder(const ModelSpec& spec, const std::vector<std::string>& labels,
                                                              JsonReader& settings) {
  return std::make_shared<AgeGenderDecoder>(spec, labels, settings);
}

}  // namespace workflow
