#include "engine/numbers.h"

#include <algorithm>
#include <cmath>

namespace workflow {
namespace {

using onednn::Type;

bool is_weighted(const NetStep& step) {
  return step.kind == NetStep::Kind::Convolution || step.kind == NetStep::Kind::Connected;
}

bool is_never_negative(const ElementStep& element) {
  switch (element.op) {
    case ElementOp::Relu:
    case ElementOp::Sigmoid:
    case ElementOp::HardSigmoid:
      return true;
    case ElementOp::Clip:
      return element.alpha >= 0;
    default:
      return false;
  }
}

std::vector<bool> never_negative(const NetGraph& graph) {
  std::vector<bool> result(graph.tensors.size(), false);
  for (const NetStep& step : graph.steps) {
    switch (step.kind) {
      case NetStep::Kind::MaxPool:
      case NetStep::Kind::MeanPool:
      case NetStep::Kind::Reshape:
        result[step.output] = result[step.inputs[0]];
        break;
      case NetStep::Kind::Element:
        result[step.output] = is_never_negative(step.element);
        break;
      default:
        result[step.output] = !step.after.empty() && step.after.back().kind == AfterStep::Kind::Element &&
                              is_never_negative(step.after.back().element);
    }
  }
  return result;
}

}  // namespace

Numbers choose_numbers(const NetGraph& graph, const ProgramSettings& settings) {
  Numbers numbers;
  numbers.tensors.resize(graph.tensors.size());
  numbers.is_whole.assign(graph.steps.size(), false);
  if (settings.precision == Precision::BFloat16) numbers.floats = Type::bf16;
  if (settings.precision != Precision::Int8) {
    for (auto& tensor : numbers.tensors) tensor.type = numbers.floats;
    return numbers;
  }

  const auto positive = never_negative(graph);
  for (std::size_t i = 0; i < graph.tensors.size(); ++i) {
    auto& tensor = numbers.tensors[i];
    const TensorRange range = settings.ranges.at(i);
    const float most = positive[i] ? range.most : std::max(std::abs(range.least), std::abs(range.most));
    tensor.whole = positive[i] ? Type::u8 : Type::s8;
    tensor.scale = most > 0 ? most / (positive[i] ? 255.0f : 127.0f) : 1.0f;
  }

  // Whole wherever that can be, then taken back until nothing changes: floats spread from those that need them.
  std::vector<bool> whole(graph.tensors.size(), false);
  for (std::size_t i = 0; i < graph.steps.size(); ++i) {
    numbers.is_whole[i] = is_weighted(graph.steps[i]);
    whole[graph.steps[i].output] = is_weighted(graph.steps[i]) || graph.steps[i].kind == NetStep::Kind::MaxPool;
  }
  for (const std::size_t output : graph.outputs) whole[output] = false;
  for (bool changed = true; changed;) {
    changed = false;
    const auto take_back = [&](std::size_t tensor) {
      changed = changed || whole[tensor];
      whole[tensor] = false;
    };
    for (const NetStep& step : graph.steps) {
      const bool is_pool = step.kind == NetStep::Kind::MaxPool;
      if (is_pool && !whole[step.inputs[0]]) take_back(step.output);
      if (!is_weighted(step) && !(is_pool && whole[step.output]))
        for (const std::size_t input : step.inputs) take_back(input);
      for (const AfterStep& after : step.after)
        if (after.kind == AfterStep::Kind::Pair && !whole[step.output]) take_back(after.other);
    }
  }
  for (std::size_t i = 0; i < whole.size(); ++i) numbers.tensors[i].type = whole[i] ? numbers.tensors[i].whole : Type::f32;
  // A pool's maxima are among what it read, so they keep its scale.
  for (const NetStep& step : graph.steps)
    if (step.kind == NetStep::Kind::MaxPool && whole[step.output])
      numbers.tensors[step.output] = numbers.tensors[step.inputs[0]];
  return numbers;
}

}  // namespace workflow
