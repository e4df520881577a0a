#include "model/head.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "base/half.h"
#include "base/json_reader.h"
#include "workflow/base/error.h"

namespace workflow {
namespace {

constexpr std::size_t deepest = 8;

[[noreturn]] void refuse(const std::string& model, const std::string& text) {
  throw Error(ErrorCode::InvalidModel, model, text);
}

const TensorView& tensor(const Weights& weights, const std::string& name, std::size_t dimensions, const std::string& model) {
  const TensorView* found = weights.find(name);
  if (!found) refuse(model, fmt::format("the head lacks the tensor \"{}\"", name));
  if (found->shape.size() != dimensions ||
      std::any_of(found->shape.begin(), found->shape.end(), [](auto side) { return side < 1; }))
    refuse(model, fmt::format("\"{}\": wanted {} sides from 1, got {}", name, dimensions, shape_text(found->shape)));
  return *found;
}

std::size_t side(const TensorView& of, std::size_t i) { return static_cast<std::size_t>(of.shape[i]); }

std::vector<float> numbers(const TensorView& of, const std::string& model) {
  std::vector<float> values(of.data.size() / size_of(of.dtype));
  if (of.dtype == DType::F32) {
    std::memcpy(values.data(), of.data.data(), of.data.size());
  } else if (of.dtype == DType::F16) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      std::uint16_t half = 0;
      std::memcpy(&half, of.data.data() + 2 * i, 2);
      values[i] = float_of_half(half);
    }
  } else {
    refuse(model, fmt::format("\"{}\": wanted F32 or F16, got {}", of.name, name_of(of.dtype)));
  }
  for (const float value : values)
    if (!std::isfinite(value)) refuse(model, fmt::format("\"{}\": wanted numbers, got NaN or infinity", of.name));
  return values;
}

// Four sums at once, so that the adds of one need not wait for each other.
float dot(const float* a, const float* b, std::size_t length) {
  std::array<float, 16> sums = {};
  std::size_t i = 0;
  for (; i + sums.size() <= length; i += sums.size())
    for (std::size_t k = 0; k < sums.size(); ++k) sums[k] += a[i + k] * b[i + k];
  float sum = 0;
  for (; i < length; ++i) sum += a[i] * b[i];
  for (const float each : sums) sum += each;
  return sum;
}

}  // namespace

Head::Head(const Json& settings, const Weights& weights, const std::string& model) {
  static constexpr std::array<std::string_view, 2> kinds = {"layers", "neighbours"};
  JsonReader reader(settings, model + " settings");
  (void)reader.string("trunk");
  normalise_ = reader.flag_or("normalise", false);
  if (reader.choice("kind", kinds) == 0) {
    reader.finish();
    read_layers(weights, model);
  } else {
    k_ = static_cast<std::size_t>(reader.integer("k", 1, 1000));
    temperature_ = static_cast<float>(reader.number("temperature", 1e-6, 1e6));
    reader.finish();
    read_neighbours(weights, model);
  }
}

void Head::read_layers(const Weights& weights, const std::string& model) {
  for (std::size_t i = 0; weights.find(fmt::format("{}.weight", i)) && i < deepest; ++i) {
    const TensorView& weight = tensor(weights, fmt::format("{}.weight", i), 2, model);
    const TensorView& bias = tensor(weights, fmt::format("{}.bias", i), 1, model);
    Layer layer{side(weight, 1), side(weight, 0), numbers(weight, model), numbers(bias, model)};
    if (layer.bias.size() != layer.out || (i > 0 && layer.in != layers_.back().out))
      refuse(model, fmt::format("layer {} of the head does not fit: {} and {}", i, shape_text(weight.shape),
                                shape_text(bias.shape)));
    layers_.push_back(std::move(layer));
  }
  if (layers_.empty() || weights.tensors.size() != 2 * layers_.size())
    refuse(model, fmt::format("wanted a head's tensors \"0.weight\", \"0.bias\", \"1.weight\", ..., got {} tensors",
                              weights.tensors.size()));
  inputs_ = layers_.front().in;
  outputs_ = layers_.back().out;
}

void Head::read_neighbours(const Weights& weights, const std::string& model) {
  const TensorView& examples = tensor(weights, "examples", 2, model);
  const TensorView& labels = tensor(weights, "labels", 1, model);
  if (labels.dtype != DType::I32 || side(labels, 0) != side(examples, 0) || weights.tensors.size() != 2)
    refuse(model, "wanted a head's tensors \"examples\" and \"labels\" (I32), one label each");
  examples_ = numbers(examples, model);
  for (std::size_t i = 0; i < side(labels, 0); ++i) {
    std::int32_t label = 0;
    std::memcpy(&label, labels.data.data() + 4 * i, 4);
    if (label < 0 || label >= 1'000'000) refuse(model, fmt::format("\"labels\": wanted 0 to 999,999, got {}", label));
    labels_.push_back(static_cast<std::size_t>(label));
    outputs_ = std::max(outputs_, labels_.back() + 1);
  }
  inputs_ = side(examples, 1);
}

void Head::operator()(std::span<const float> embedding, std::span<float> into) const {
  std::vector<float> unit;
  if (normalise_) {
    const float length = std::sqrt(dot(embedding.data(), embedding.data(), embedding.size()));
    unit.assign(embedding.begin(), embedding.end());
    if (length > 0)
      for (float& value : unit) value /= length;
    embedding = unit;
  }
  k_ == 0 ? run_layers(embedding, into) : run_neighbours(embedding, into);
}

void Head::run_layers(std::span<const float> embedding, std::span<float> into) const {
  std::vector<float> before(embedding.begin(), embedding.end()), after;
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const Layer& layer = layers_[i];
    const bool is_last = i + 1 == layers_.size();
    after.resize(layer.out);
    for (std::size_t k = 0; k < layer.out; ++k) {
      const float sum = layer.bias[k] + dot(layer.weight.data() + k * layer.in, before.data(), layer.in);
      after[k] = is_last ? sum : std::max(sum, 0.0f);
    }
    before.swap(after);
  }
  std::copy(before.begin(), before.end(), into.begin());
}

void Head::run_neighbours(std::span<const float> embedding, std::span<float> into) const {
  std::vector<std::pair<float, std::size_t>> near(labels_.size());
  for (std::size_t i = 0; i < near.size(); ++i)
    near[i] = {-dot(examples_.data() + i * inputs_, embedding.data(), inputs_), i};
  const std::size_t k = std::min(k_, near.size());
  std::partial_sort(near.begin(), near.begin() + static_cast<std::ptrdiff_t>(k), near.end());
  float sum = 0;
  std::vector<float> shares(outputs_);
  for (std::size_t i = 0; i < k; ++i) {
    const float weight = std::exp((near[0].first - near[i].first) / temperature_);
    shares[labels_[near[i].second]] += weight;
    sum += weight;
  }
  // A concept without a neighbour is unlikely, not impossible: its share is that of one example in a thousand.
  constexpr float least = 1e-3f;
  for (std::size_t each = 0; each < outputs_; ++each) into[each] = std::log(std::max(shares[each] / sum, least));
}

}  // namespace workflow
