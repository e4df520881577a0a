#include "engine/program.h"

#include <omp.h>

#include <algorithm>
#include <thread>

#include "catch.h"
#include "engine/compiled_net.h"
#include "small_net.h"

using namespace workflow;

namespace {

// What each step gives by the plainest loops there are.
std::vector<float> by_hand(const NetGraph& graph, const std::vector<float>& input) {
  std::vector<std::vector<float>> tensors(graph.tensors.size());
  tensors[0] = input;
  const auto place = [](const Shape& s, std::int64_t n, std::int64_t c, std::int64_t y, std::int64_t x) {
    return static_cast<std::size_t>(((n * s[1] + c) * s[2] + y) * s[3] + x);
  };
  for (const NetStep& step : graph.steps) {
    const Shape &in = graph.tensors[step.inputs[0]], &out = graph.tensors[step.output];
    const std::vector<float>& x = tensors[step.inputs[0]];
    std::vector<float>& y = tensors[step.output];
    y.assign(static_cast<std::size_t>(element_count(out)), 0);
    switch (step.kind) {
      case NetStep::Kind::Convolution:
        for (std::int64_t n = 0; n < out[0]; ++n)
          for (std::int64_t o = 0; o < out[1]; ++o)
            for (std::int64_t row = 0; row < out[2]; ++row)
              for (std::int64_t column = 0; column < out[3]; ++column) {
                float sum = step.bias.values[static_cast<std::size_t>(o)];
                const std::int64_t width = in[1] / step.groups, group = o / (out[1] / step.groups);
                for (std::int64_t c = 0; c < width; ++c)
                  for (std::int64_t a = 0; a < step.window[0]; ++a)
                    for (std::int64_t b = 0; b < step.window[1]; ++b) {
                      const std::int64_t v = row * step.stride[0] + a - step.padding_before[0];
                      const std::int64_t u = column * step.stride[1] + b - step.padding_before[1];
                      if (v < 0 || u < 0 || v >= in[2] || u >= in[3]) continue;
                      sum += x[place(in, n, group * width + c, v, u)] *
                             step.weights.values[place(step.weights_shape, o, c, a, b)];
                    }
                y[place(out, n, o, row, column)] = sum;
              }
        break;
      case NetStep::Kind::Connected:
        for (std::int64_t n = 0; n < out[0]; ++n)
          for (std::int64_t o = 0; o < out[1]; ++o) {
            float sum = step.bias.values[static_cast<std::size_t>(o)];
            for (std::int64_t c = 0; c < in[1]; ++c)
              sum +=
                  x[static_cast<std::size_t>(n * in[1] + c)] * step.weights.values[static_cast<std::size_t>(o * in[1] + c)];
            y[static_cast<std::size_t>(n * out[1] + o)] = sum;
          }
        break;
      case NetStep::Kind::MeanPool: {
        const auto area = static_cast<std::size_t>(in[2] * in[3]);
        for (std::size_t i = 0; i < y.size(); ++i) {
          for (std::size_t k = 0; k < area; ++k) y[i] += x[i * area + k];
          y[i] /= static_cast<float>(area);
        }
        break;
      }
      case NetStep::Kind::Element:
        std::ranges::transform(x, y.begin(), [&](float value) {
          const float sixth = std::clamp(value / 6 + 0.5f, 0.0f, 1.0f);
          switch (step.element.op) {
            case ElementOp::Clip:
              return std::clamp(value, step.element.alpha, step.element.beta);
            case ElementOp::HardSwish:
              return value * sixth;
            case ElementOp::HardSigmoid:
              return sixth;
            default:
              return std::max(value, 0.0f);
          }
        });
        break;
      case NetStep::Kind::Pair: {
        const std::vector<float>& other = tensors[step.inputs[1]];
        const std::size_t each = x.size() / other.size();
        for (std::size_t i = 0; i < x.size(); ++i)
          y[i] = step.pair == PairOp::Add ? x[i] + other[i / each] : x[i] * other[i / each];
        break;
      }
      default:
        y = x;
    }
  }
  return tensors[graph.outputs[0]];
}

std::vector<float> run(const Program& program, const std::vector<float>& planar, const Shape& shape) {
  Program::Call call(program);
  const auto to = call.input();
  const auto area = static_cast<std::size_t>(shape[2] * shape[3]), channels = static_cast<std::size_t>(shape[1]);
  for (std::size_t i = 0; i < planar.size(); ++i) {
    const std::size_t n = i / (area * channels), c = i / area % channels;
    to[(n * area + i % area) * channels + c] = planar[i];
  }
  call.run();
  const auto output = call.output(0);
  return {output.begin(), output.end()};
}

float change(const std::vector<float>& got, const std::vector<float>& wanted) {
  float difference = 0, most = 0;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    difference = std::max(difference, std::abs(got[i] - wanted[i]));
    most = std::max(most, std::abs(wanted[i]));
  }
  return difference / most;
}

}  // namespace

TEST_CASE("A program gives what plain loops give, fused or not, for any batch") {
  for (const std::int64_t batch : {1, 3}) {
    test::SmallNet net = test::residual_net(batch);
    const auto input = net.some(element_count(net.graph.tensors[0]));
    const auto wanted = by_hand(net.graph, input);
    const NetGraph short_one = fused(net.graph);
    CHECK(short_one.steps.size() < net.graph.steps.size() - 6);
    PackedWeights weights, weights_of_fused;
    CHECK(change(run(Program(net.graph, {}, weights), input, net.graph.tensors[0]), wanted) < 1e-5f);
    CHECK(change(run(Program(short_one, {}, weights_of_fused), input, net.graph.tensors[0]), wanted) < 1e-5f);
  }
}

TEST_CASE("A sum is written over what it adds only where nobody reads that later") {
  test::SmallNet net({1, 16, 8, 8});
  const std::size_t first = net.relu(net.convolution(0, 16, 3));
  const std::size_t sum = net.pair(net.convolution(first, 16, 3), first);
  net.graph.outputs = {net.pair(sum, first, PairOp::Multiply)};  // `first` is read after the sum
  const auto input = net.some(element_count(net.graph.tensors[0]));
  PackedWeights weights;
  CHECK(change(run(Program(fused(net.graph), {}, weights), input, net.graph.tensors[0]), by_hand(net.graph, input)) < 1e-5f);
}

TEST_CASE("BFloat16 and Int8 stay near Float32") {
  test::SmallNet net = test::residual_net(1);
  const auto input = net.some(element_count(net.graph.tensors[0]));
  const auto wanted = by_hand(net.graph, input);
  const auto trace = [](std::int64_t batch) { return test::residual_net(batch).graph; };
  std::vector<float> interleaved(input.size());
  const std::size_t area = input.size() / 3;
  for (std::size_t i = 0; i < input.size(); ++i) interleaved[i % area * 3 + i / area] = input[i];
  const CompiledNet whole(trace, Precision::Int8, std::vector<std::vector<float>>{interleaved});
  CHECK(change(run(whole.program(1), input, net.graph.tensors[0]), wanted) < 0.1f);
  if (!is_there(Precision::BFloat16)) return;
  const CompiledNet half(trace, Precision::BFloat16);
  CHECK(change(run(half.program(1), input, net.graph.tensors[0]), wanted) < 0.03f);
}

TEST_CASE("Two threads at once run one program, each in memory of its own") {
  test::SmallNet net = test::residual_net(2);
  const NetGraph graph = fused(net.graph);
  PackedWeights weights;
  const Program program(graph, {}, weights);
  std::vector<std::vector<float>> inputs, wanted;
  for (int i = 0; i < 2; ++i) {
    inputs.push_back(net.some(element_count(graph.tensors[0])));
    wanted.push_back(run(program, inputs.back(), graph.tensors[0]));
  }
  std::array<bool, 2> is_right = {true, true};
  const auto work = [&](std::size_t me) {
    omp_set_num_threads(1);
    for (int i = 0; i < 50; ++i) is_right[me] = is_right[me] && run(program, inputs[me], graph.tensors[0]) == wanted[me];
  };
  std::thread other(work, 1U);
  work(0);
  other.join();
  CHECK(is_right[0]);
  CHECK(is_right[1]);
}

TEST_CASE("A foreign step reads and writes row-major floats") {
  test::SmallNet net({1, 16, 4, 4});
  const std::size_t x = net.relu(net.convolution(0, 16, 1));
  NetStep step;
  step.kind = NetStep::Kind::Foreign;
  step.inputs = {x};
  step.output = net.graph.add_tensor({1, 16, 4, 4});
  step.foreign = [](std::span<const PlainTensor> in, const PlainTensor& out) {
    for (std::int64_t i = 0; i < element_count(*out.shape); ++i) out.values[i] = in[0].values[i] + static_cast<float>(i);
  };
  net.graph.steps.push_back(step);
  net.graph.outputs = {step.output, x};
  const auto input = net.some(256);
  PackedWeights weights;
  const Program program(fused(net.graph), {}, weights);
  Program::Call call(program);
  std::ranges::copy(input, call.input().begin());
  call.run();
  bool is_right = true;
  for (std::size_t i = 0; i < 256; ++i)
    is_right = is_right && std::abs(call.output(0)[i] - call.output(1)[i] - static_cast<float>(i)) < 1e-4f;
  CHECK(is_right);
}
