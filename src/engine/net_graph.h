#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "workflow/base/precision.h"

namespace workflow {

using Shape = std::vector<std::int64_t>;
std::int64_t element_count(const Shape& shape);

/// What is done to every element by itself. HardSigmoid and HardSwish are MobileNetV3's: clamp(x / 6 + 0.5, 0, 1).
enum class ElementOp { Relu, LeakyRelu, Clip, HardSwish, HardSigmoid, Swish, Sigmoid, Tanh, Linear };

struct ElementStep {
  ElementOp op = ElementOp::Relu;
  float alpha = 0;  ///< LeakyRelu: the slope; Clip: the least; Linear: the factor
  float beta = 0;   ///< Clip: the most; Linear: what is added
};

enum class PairOp { Add, Multiply, Subtract, Divide, Max, Min };

/// What a convolution or fully connected layer does to its result before it is written.
struct AfterStep {
  enum class Kind { Element, Pair } kind = Kind::Element;
  ElementStep element = {};
  PairOp pair = PairOp::Add;
  std::size_t other = 0;  ///< Pair: the tensor that is combined with the result
};

/// Numbers that a step keeps: weights or biases, row-major. `owner` keeps them alive.
struct Constant {
  std::span<const float> values;
  std::shared_ptr<const void> owner;
};

using Sides = std::array<std::int64_t, 2>;  ///< rows, columns

/// A tensor for a step that this engine does not know: row-major floats.
struct PlainTensor {
  float* values = nullptr;
  const Shape* shape = nullptr;
};

/// One operation of a net. Which members count depends on the kind.
struct NetStep {
  enum class Kind {
    Convolution,  ///< inputs: x. `weights` is [out, in / groups, rows, columns]
    Connected,    ///< inputs: x [N, in]. `weights` is [out, in]
    MaxPool,
    MeanPool,  ///< the padding does not count where `count_padding` is false
    Element,   ///< `element`
    Pair,      ///< inputs: two, of one shape or with lengths of 1 in the second: `pair`
    Concat,    ///< along channels
    Reshape,   ///< the same elements in the same order
    Foreign,   ///< whatever else: `foreign` reads plain tensors and writes one
  } kind = Kind::Element;
  std::vector<std::size_t> inputs;
  std::size_t output = 0;

  Constant weights = {};
  Shape weights_shape = {};
  Constant bias = {};  ///< empty for none
  std::int64_t groups = 1;
  Sides window = {1, 1};
  Sides stride = {1, 1};
  Sides dilation = {1, 1};  ///< 1 is none
  Sides padding_before = {0, 0};
  Sides padding_behind = {0, 0};
  bool count_padding = false;
  ElementStep element = {};
  PairOp pair = PairOp::Add;
  std::vector<AfterStep> after = {};
  std::function<void(std::span<const PlainTensor> inputs, const PlainTensor& output)> foreign = {};
};

/// A net as data, for inputs of one shape: its tensors, and the steps between them in an order in which they can be
/// run. Tensor 0 is the input, [N, C, H, W]. Every tensor is the output of one step at most.
struct NetGraph {
  std::vector<Shape> tensors;
  std::vector<NetStep> steps;
  std::vector<std::size_t> outputs;

  std::size_t add_tensor(Shape shape);

  /// How many steps read a tensor; the net's own outputs count as one reader more.
  std::vector<std::size_t> readers() const;
};

/// The same net with as few steps as can be: activations and residual sums move into the convolutions and fully
/// connected layers before them, and steps that nobody reads go. A
/// precision has its own, as not every sum can be taken in everywhere.
NetGraph fused(NetGraph graph, Precision precision = Precision::Float32);

}  // namespace workflow
