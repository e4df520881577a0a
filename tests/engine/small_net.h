#pragma once

#include <cmath>
#include <memory>
#include <random>
#include <vector>

#include "engine/net_graph.h"

namespace workflow::test {

/// Draws small nets with random weights, a step at a time.
class SmallNet {
 public:
  explicit SmallNet(Shape input) { graph.add_tensor(std::move(input)); }

  std::size_t convolution(std::size_t x, std::int64_t out, std::int64_t kernel, std::int64_t stride = 1,
                          std::int64_t groups = 1) {
    const Shape in = graph.tensors[x];
    const std::int64_t pad = kernel / 2;
    const auto side = [&](std::int64_t length) { return (length + 2 * pad - kernel) / stride + 1; };
    NetStep& step = add(NetStep::Kind::Convolution, {x}, {in[0], out, side(in[2]), side(in[3])});
    step.weights_shape = {out, in[1] / groups, kernel, kernel};
    step.weights =
        numbers(element_count(step.weights_shape), std::sqrt(2.0f / static_cast<float>(in[1] / groups * kernel * kernel)));
    step.bias = numbers(out, 0.1f);
    step.groups = groups;
    step.window = {kernel, kernel};
    step.stride = {stride, stride};
    step.padding_before = step.padding_behind = {pad, pad};
    return step.output;
  }

  std::size_t element(std::size_t x, const ElementStep& what) {
    NetStep& step = add(NetStep::Kind::Element, {x}, graph.tensors[x]);
    step.element = what;
    return step.output;
  }

  std::size_t relu(std::size_t x) { return element(x, {.op = ElementOp::Relu}); }

  std::size_t pair(std::size_t first, std::size_t second, PairOp op = PairOp::Add) {
    NetStep& step = add(NetStep::Kind::Pair, {first, second}, graph.tensors[first]);
    step.pair = op;
    return step.output;
  }

  std::size_t mean(std::size_t x) {
    const Shape in = graph.tensors[x];
    NetStep& step = add(NetStep::Kind::MeanPool, {x}, {in[0], in[1], 1, 1});
    step.window = step.stride = {in[2], in[3]};
    return step.output;
  }

  std::size_t connected(std::size_t x, std::int64_t out) {
    const Shape in = graph.tensors[x];
    const std::size_t flat = add(NetStep::Kind::Reshape, {x}, {in[0], in[1]}).output;
    NetStep& step = add(NetStep::Kind::Connected, {flat}, {in[0], out});
    step.weights_shape = {out, in[1]};
    step.weights = numbers(out * in[1], 0.3f);
    step.bias = numbers(out, 0.1f);
    return step.output;
  }

  NetGraph graph;

  std::vector<float> some(std::int64_t count, float spread = 1) {
    std::vector<float> values(static_cast<std::size_t>(count));
    std::normal_distribution<float> normal(0, spread);
    for (float& value : values) value = normal(random_);
    return values;
  }

 private:
  NetStep& add(NetStep::Kind kind, std::vector<std::size_t> inputs, Shape shape) {
    NetStep step;
    step.kind = kind;
    step.inputs = std::move(inputs);
    step.output = graph.add_tensor(std::move(shape));
    return graph.steps.emplace_back(std::move(step));
  }

  Constant numbers(std::int64_t count, float spread) {
    const auto values = std::make_shared<std::vector<float>>(some(count, spread));
    return {*values, values};
  }

  std::mt19937 random_{7};
};

/// A net with all that matters: widening, depthwise, a sum with what came before, a gate, a head.
inline SmallNet residual_net(std::int64_t batch) {
  SmallNet net({batch, 3, 20, 14});
  const std::size_t stem = net.relu(net.convolution(0, 24, 3, 2));
  const std::size_t wide = net.element(net.convolution(stem, 48, 1), {.op = ElementOp::Clip, .alpha = 0, .beta = 6});
  const std::size_t deep = net.element(net.convolution(wide, 48, 3, 1, 48), {.op = ElementOp::HardSwish});
  const std::size_t gate = net.element(net.convolution(net.mean(deep), 48, 1), {.op = ElementOp::HardSigmoid});
  const std::size_t narrow = net.convolution(net.pair(deep, gate, PairOp::Multiply), 24, 1);
  const std::size_t sum = net.relu(net.pair(narrow, stem));
  const std::size_t linear = net.pair(net.convolution(sum, 24, 3), sum);
  net.graph.outputs = {net.connected(net.mean(net.relu(net.convolution(linear, 32, 3, 2))), 10)};
  return net;
}

}  // namespace workflow::test
