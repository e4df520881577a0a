#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "engine/net_graph.h"

namespace bench {

/// A protobuf message as it is written, field by field (protobuf.dev/programming-guides/encoding).
class Protobuf {
 public:
  Protobuf& number(std::uint64_t field, std::int64_t value) {
    varint(field << 3);
    varint(static_cast<std::uint64_t>(value));
    return *this;
  }
  Protobuf& real(std::uint64_t field, float value) {
    varint(field << 3 | 5);
    const auto bits = std::bit_cast<std::uint32_t>(value);
    for (int shift = 0; shift < 32; shift += 8) bytes_ += static_cast<char>((bits >> shift) & 255);
    return *this;
  }
  Protobuf& text(std::uint64_t field, std::string_view value) {
    varint(field << 3 | 2);
    varint(value.size());
    bytes_ += value;
    return *this;
  }
  Protobuf& message(std::uint64_t field, const Protobuf& value) { return text(field, value.bytes_); }
  const std::string& bytes() const { return bytes_; }

 private:
  void varint(std::uint64_t value) {
    for (; value > 127; value >>= 7) bytes_ += static_cast<char>((value & 127) | 128);
    bytes_ += static_cast<char>(value);
  }
  std::string bytes_;
};

/// A classifier's graph as an ONNX file (onnx.proto), its input called `input` and its output `output`. Operator set 10
/// is the newest that OpenCV 4.6 reads; from 14 on there is a HardSwish, which before is written as torch.onnx does.
class OnnxExport {
 public:
  static std::string bytes(const workflow::NetGraph& graph, std::int64_t operator_set) {
    OnnxExport made(graph, operator_set);
    for (const workflow::NetStep& step : graph.steps) made.add(step);
    made.graph_.text(2, "net").message(11, made.value("input", graph.tensors[0]));
    made.graph_.message(12, made.value("output", graph.tensors[graph.outputs.at(0)]));
    return Protobuf()
        .number(1, 7)
        .message(8, Protobuf().text(1, "").number(2, operator_set))
        .message(7, made.graph_)
        .bytes();
  }

 private:
  using NetStep = workflow::NetStep;
  using Shape = workflow::Shape;
  using Names = std::vector<std::string>;

  OnnxExport(const workflow::NetGraph& graph, std::int64_t operator_set) : net_(graph), operator_set_(operator_set) {}

  std::string name(std::size_t tensor) const {
    return tensor == 0 ? "input" : tensor == net_.outputs[0] ? "output" : "t" + std::to_string(tensor);
  }

  static Protobuf value(std::string_view name, const Shape& shape) {
    Protobuf dims;
    for (const std::int64_t length : shape) dims.message(1, Protobuf().number(1, length));
    return Protobuf().text(1, name).message(2, Protobuf().message(1, Protobuf().number(1, 1).message(2, dims)));
  }

  static Protobuf attribute(std::string_view name, const Shape& numbers) {
    Protobuf made;
    made.text(1, name).number(20, 7);
    for (const std::int64_t number : numbers) made.number(8, number);
    return made;
  }
  static Protobuf attribute(std::string_view name, std::int64_t number) {
    return Protobuf().text(1, name).number(20, 2).number(3, number);
  }
  static Protobuf attribute(std::string_view name, float number) {
    return Protobuf().text(1, name).number(20, 1).real(2, number);
  }

  void node(std::string_view kind, const Names& inputs, const std::string& output,
            const std::vector<Protobuf>& attributes = {}) {
    Protobuf made;
    for (const std::string& input : inputs) made.text(1, input);
    made.text(2, output).text(4, kind);
    for (const Protobuf& each : attributes) made.message(5, each);
    graph_.message(1, made);
  }

  std::string constant(std::span<const float> values, const Shape& shape) {
    const std::string name = "c" + std::to_string(constants_++);
    Protobuf made;
    for (const std::int64_t length : shape) made.number(1, length);
    std::string raw(values.size_bytes(), '\0');
    std::memcpy(raw.data(), values.data(), raw.size());
    graph_.message(5, made.number(2, 1).text(8, name).text(9, raw));
    return name;
  }
  std::string constant(float value) { return constant({&value, 1}, {}); }

  void clip(const std::string& input, const std::string& output, float least, float most) {
    if (operator_set_ < 11)
      node("Clip", {input}, output, {attribute("min", least), attribute("max", most)});
    else
      node("Clip", {input, constant(least), constant(most)}, output);
  }

  void element(const workflow::ElementStep& what, const std::string& input, const std::string& output) {
    using workflow::ElementOp;
    const auto sixth = [&] {  // clip(x + 3, 0, 6)
      node("Add", {input, constant(3)}, output + "_3");
      clip(output + "_3", output + "_6", 0, 6);
      return output + "_6";
    };
    if (what.op == ElementOp::Relu) return node("Relu", {input}, output);
    if (what.op == ElementOp::Clip) return clip(input, output, what.alpha, what.beta);
    if (what.op == ElementOp::HardSigmoid && operator_set_ >= 14)
      return node("HardSigmoid", {input}, output, {attribute("alpha", 1.0f / 6), attribute("beta", 0.5f)});
    if (what.op == ElementOp::HardSwish && operator_set_ >= 14) return node("HardSwish", {input}, output);
    if (what.op == ElementOp::HardSigmoid) return node("Div", {sixth(), constant(6)}, output);
    if (what.op != ElementOp::HardSwish) throw std::logic_error("an element operation that is not exported");
    node("Mul", {input, sixth()}, output + "_x");
    node("Div", {output + "_x", constant(6)}, output);
  }

  void add(const NetStep& step) {
    const std::string input = name(step.inputs[0]), output = name(step.output);
    const Protobuf window = attribute("kernel_shape", {step.window[0], step.window[1]});
    const Protobuf stride = attribute("strides", {step.stride[0], step.stride[1]});
    const auto &before = step.padding_before, &behind = step.padding_behind;
    const Protobuf pads = attribute("pads", {before[0], before[1], behind[0], behind[1]});
    switch (step.kind) {
      case NetStep::Kind::Convolution:
        return node(
            "Conv",
            {input, constant(step.weights.values, step.weights_shape), constant(step.bias.values, {step.weights_shape[0]})},
            output, {window, stride, pads, attribute("group", step.groups)});
      case NetStep::Kind::Connected:
        return node(
            "Gemm",
            {input, constant(step.weights.values, step.weights_shape), constant(step.bias.values, {step.weights_shape[0]})},
            output, {attribute("transB", std::int64_t{1})});
      case NetStep::Kind::MaxPool:
        return node("MaxPool", {input}, output, {window, stride, pads});
      case NetStep::Kind::MeanPool:  // of a classifier: the whole map
        return node("GlobalAveragePool", {input}, output);
      case NetStep::Kind::Element:
        return element(step.element, input, output);
      case NetStep::Kind::Pair:
        return node(step.pair == workflow::PairOp::Add ? "Add" : "Mul", {input, name(step.inputs[1])}, output);
      case NetStep::Kind::Reshape:
        return node("Flatten", {input}, output);
      default:
        throw std::logic_error("a step that is not exported");
    }
  }

  const workflow::NetGraph& net_;
  std::int64_t operator_set_;
  std::size_t constants_ = 0;
  Protobuf graph_;
};

}  // namespace bench
