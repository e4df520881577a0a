#include "engine/packed_weights.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "workflow/base/error.h"

namespace workflow {

using namespace onednn;

namespace {

// A rectifier in the step itself would turn NaN into 0, so that no later look at the outputs finds it.
void check_finite(std::span<const float> values) {
  if (!std::ranges::all_of(values, [](float value) { return std::isfinite(value); }))
    throw Error(ErrorCode::InvalidModel, "weights", "wanted numbers, got NaN or infinity once normalisations are folded in");
}

}  // namespace

Shape grouped_shape(const NetStep& step) {
  Shape shape = step.weights_shape;
  if (step.groups == 1) return shape;
  shape[0] /= step.groups;
  shape.insert(shape.begin(), step.groups);
  return shape;
}

std::vector<float> weight_scales(const NetStep& step) {
  const auto channels = static_cast<std::size_t>(step.weights_shape[0]);
  const std::size_t row = step.weights.values.size() / channels;
  std::vector<float> scales(channels, 1.0f);
  for (std::size_t channel = 0; channel < channels; ++channel) {
    float most = 0;
    for (const float weight : step.weights.values.subspan(channel * row, row)) most = std::max(most, std::abs(weight));
    if (most > 0) scales[channel] = most / 127;
  }
  return scales;
}

dnnl::memory PackedWeights::weights(std::size_t number, const NetStep& step, const Desc& wanted,
                                    std::span<const float> scales) {
  const std::lock_guard lock(mutex_);
  for (const dnnl::memory& known : weights_[number])
    if (known.get_desc() == wanted) return known;
  check_finite(step.weights.values);
  const Shape shape = grouped_shape(step);
  dnnl::primitive_attr attributes;
  Arguments scaling;
  if (!scales.empty()) {
    std::vector<float> factors;
    for (const float scale : scales) factors.push_back(1 / scale);
    scaling = scale_reorder(attributes, step.groups == 1 ? 1 : 3, factors);
  }
  // oneDNN takes a pointer that is not const; a source is only read.
  dnnl::memory plainly(plain(shape, Type::f32), processor(), const_cast<float*>(step.weights.values.data()));
  dnnl::memory packed(wanted, processor());
  dnnl::stream stream(processor());
  std::unordered_map<int, dnnl::memory> arguments(scaling.begin(), scaling.end());
  arguments.insert({{DNNL_ARG_FROM, plainly}, {DNNL_ARG_TO, packed}});
  dnnl::reorder(dnnl::reorder::primitive_desc(plainly, packed, attributes)).execute(stream, arguments);
  stream.wait();
  return weights_[number].emplace_back(packed);
}

dnnl::memory PackedWeights::bias(std::size_t number, const NetStep& step, std::span<const float> scales) {
  const std::lock_guard lock(mutex_);
  if (const auto known = biases_.find(number); known != biases_.end()) return known->second;
  check_finite(step.bias.values);
  dnnl::memory bias(plain({step.weights_shape[0]}, Type::f32), processor());
  const std::span to(static_cast<float*>(bias.get_data_handle()), static_cast<std::size_t>(step.weights_shape[0]));
  for (std::size_t i = 0; i < to.size(); ++i) {
    to[i] = step.bias.values.empty() ? 0.0f : step.bias.values[i];
    if (!scales.empty()) to[i] /= scales[i];
  }
  return biases_.emplace(number, bias).first->second;
}

}  // namespace workflow
