#include "nets/trace.h"

#include <fmt/format.h>
#include <torch/csrc/jit/frontend/tracer.h>
#include <torch/csrc/jit/ir/constants.h>
#include <torch/csrc/jit/ir/ir.h>

#include <algorithm>
#include <map>
#include <optional>
#include <unordered_map>
#include <variant>

#include "workflow/base/error.h"

namespace workflow {
namespace {

using torch::jit::Node;
using torch::jit::Value;

[[noreturn]] void fail(const std::string& text) { throw Error(ErrorCode::Failed, "trace", text); }

Shape shape_of(const torch::Tensor& tensor) { return tensor.sizes().vec(); }

Constant constant(const torch::Tensor& tensor) {
  const auto owner = std::make_shared<torch::Tensor>(tensor.detach().to(torch::kCPU, torch::kFloat32).contiguous());
  return {std::span<const float>(owner->data_ptr<float>(), static_cast<std::size_t>(owner->numel())), owner};
}

Sides sides(const torch::IValue& list) {
  const auto numbers = list.toIntVector();
  if (numbers.size() == 1) return {numbers[0], numbers[0]};
  if (numbers.size() != 2) fail("wanted two sides");
  return {numbers[0], numbers[1]};
}

/// One operator of a trace as it is read: its arguments by name.
class Reader {
 public:
  using Known = std::unordered_map<const Value*, torch::IValue>;
  using Tensors = std::unordered_map<const Value*, std::size_t>;

  Reader(const Node& node, const Known& known, const Tensors& tensors) : node_(node), known_(known), tensors_(tensors) {}

  std::string name() const {
    std::string name = node_.kind().toUnqualString();
    // A trace names every result anew, so what was computed in place reads as any other.
    if (name.ends_with('_')) name.pop_back();
    return name;
  }

  bool has(std::string_view argument) const { return find(argument) != nullptr && known_.contains(find(argument)); }

  const torch::IValue& operator[](std::string_view argument) const {
    const Value* value = find(argument);
    const auto known = value ? known_.find(value) : known_.end();
    if (known == known_.end()) fail(fmt::format("{} without a constant {}", name(), argument));
    return known->second;
  }

  std::optional<std::size_t> tensor(std::string_view argument) const {
    const Value* value = find(argument);
    const auto found = value ? tensors_.find(value) : tensors_.end();
    return found == tensors_.end() ? std::nullopt : std::optional(found->second);
  }

 private:
  const Value* find(std::string_view argument) const {
    const auto& arguments = node_.schema().arguments();
    for (std::size_t i = 0; i < arguments.size(); ++i)
      if (arguments[i].name() == argument) return node_.inputs()[i];
    return nullptr;
  }

  const Node& node_;
  const Known& known_;
  const Tensors& tensors_;
};

class Translator {
 public:
  NetGraph operator()(const torch::jit::Graph& graph, const torch::Tensor& example) {
    tensors_[graph.inputs()[0]] = made_.add_tensor(shape_of(example));
    for (const Node* node : graph.nodes()) translate(*node);
    for (const Value* output : graph.outputs()) add_output(*output);
    return std::move(made_);
  }

 private:
  void add_output(const Value& output) {
    if (const auto found = tensors_.find(&output); found != tensors_.end()) {
      made_.outputs.push_back(found->second);
    } else if (output.node()->kind() == c10::prim::TupleConstruct || output.node()->kind() == c10::prim::ListConstruct) {
      for (const Value* each : output.node()->inputs()) add_output(*each);
    } else {
      fail("an output is no tensor");
    }
  }

  void translate(const Node& node) {
    if (node.kind() == c10::prim::TupleConstruct) return;
    if (node.kind() == c10::prim::Constant) {
      known_[node.output()] = *torch::jit::toIValue(node.output());
      return;
    }
    bool is_constant = true;
    for (const Value* input : node.inputs()) is_constant = is_constant && known_.contains(input);
    if (is_constant) return evaluate(node);
    if (node.kind() == c10::prim::ListConstruct) return;  // read where it is used
    if (node.outputs().size() != 1) fail(fmt::format("{} has several results", node.kind().toQualString()));
    if (!translate_known(node)) add_foreign(node);
  }

  void evaluate(const Node& node) {
    if (node.kind() == c10::prim::ListConstruct) {
      c10::impl::GenericList list(node.output()->type()->expect<c10::ListType>()->getElementType());
      for (const Value* input : node.inputs()) list.push_back(known_.at(input));
      known_[node.output()] = list;
      return;
    }
    torch::jit::Stack stack;
    for (const Value* input : node.inputs()) stack.push_back(known_.at(input));
    node.getOperation()(stack);
    for (std::size_t i = 0; i < node.outputs().size(); ++i) known_[node.outputs()[i]] = stack[i];
  }

  Shape result_shape(const Node& node) const {
    const auto type = node.output()->type()->cast<c10::TensorType>();
    const auto sizes = type ? type->sizes().concrete_sizes() : c10::nullopt;
    if (!sizes) fail(fmt::format("{} gives no tensor of a known shape", node.kind().toQualString()));
    if (type->scalarType() && *type->scalarType() != torch::kFloat32)
      fail(fmt::format("{} gives no floats", node.kind().toQualString()));
    return *sizes;
  }

  NetStep& add(const Node& node, NetStep::Kind kind, std::vector<std::size_t> inputs) {
    NetStep step;
    step.kind = kind;
    step.inputs = std::move(inputs);
    step.output = made_.add_tensor(result_shape(node));
    tensors_[node.output()] = step.output;
    return made_.steps.emplace_back(std::move(step));
  }

  bool translate_known(const Node& node) {
    if (!node.maybeSchema()) return false;
    const Reader read(node, known_, tensors_);
    const std::string name = read.name();
    if (name == "cat") return concat(node, read);
    if (name == "addmm") return connected_by_product(node, read);
    const auto x = read.tensor(name == "_convolution" || name == "linear" || name == "dropout" ? "input" : "self");
    if (!x) return false;
    if (name == "_convolution" || name == "conv2d") return convolution(node, read, *x);
    if (name == "linear") return connected(node, read, *x);
    if (name == "max_pool2d" || name == "avg_pool2d" || name == "adaptive_avg_pool2d" || name == "mean")
      return pool(node, read, name, *x);
    if (name == "add" || name == "sub" || name == "mul" || name == "div" || name == "maximum" || name == "minimum")
      return pair(node, read, name, *x);
    if (name == "constant_pad_nd") return pad(node, read, *x);
    return element(node, read, name, *x) || alias(node, read, name, *x);
  }

  bool convolution(const Node& node, const Reader& read, std::size_t x) {
    if (!read.has("weight") || !read.has("bias") || made_.tensors[x].size() != 4) return false;
    if (read.has("transposed") && read["transposed"].toBool()) return false;
    const torch::Tensor weight = read["weight"].toTensor();
    const Sides padding = sides(read["padding"]);
    Sides before = padding, behind = padding;
    // Zeros that were put around the input by a step of their own: the convolution puts them itself.
    if (const auto padded = padded_.find(x); padded != padded_.end()) {
      x = padded->second.from;
      for (const std::size_t side : {0U, 1U}) {
        before[side] += padded->second.before[side];
        behind[side] += padded->second.behind[side];
      }
    }
    NetStep& step = add(node, NetStep::Kind::Convolution, {x});
    step.weights = constant(weight);
    step.weights_shape = shape_of(weight);
    if (!read["bias"].isNone()) step.bias = constant(read["bias"].toTensor());
    step.groups = read["groups"].toInt();
    step.window = {weight.size(2), weight.size(3)};
    step.stride = sides(read["stride"]);
    step.dilation = sides(read["dilation"]);
    step.padding_before = before;
    step.padding_behind = behind;
    return true;
  }

  bool connected(const Node& node, const Reader& read, std::size_t x) {
    if (!read.has("weight") || !read.has("bias") || made_.tensors[x].size() != 2) return false;
    const torch::Tensor weight = read["weight"].toTensor();
    NetStep& step = add(node, NetStep::Kind::Connected, {x});
    step.weights = constant(weight);
    step.weights_shape = shape_of(weight);
    if (!read["bias"].isNone()) step.bias = constant(read["bias"].toTensor());
    return true;
  }

  // bias + x * weight, as LibTorch's C++ layers say it: the weight is there transposed.
  bool connected_by_product(const Node& node, const Reader& read) {
    const auto x = read.tensor("mat1");
    if (!x || !read.has("mat2") || !read.has("self") || read["alpha"].toScalar().toDouble() != 1 ||
        read["beta"].toScalar().toDouble() != 1 || read["self"].toTensor().dim() != 1)
      return false;
    const torch::Tensor weight = read["mat2"].toTensor().t();
    NetStep& step = add(node, NetStep::Kind::Connected, {*x});
    step.weights = constant(weight);
    step.weights_shape = shape_of(weight);
    step.bias = constant(read["self"].toTensor());
    return true;
  }

  bool pool(const Node& node, const Reader& read, const std::string& name, std::size_t x) {
    const Shape in = made_.tensors[x], out = result_shape(node);
    if (in.size() != 4) return false;
    if (name == "mean" || name == "adaptive_avg_pool2d") {
      const auto over = read[name == "mean" ? "dim" : "output_size"];
      const std::vector<std::int64_t> sought =
          name == "mean" ? std::vector<std::int64_t>{2, 3} : std::vector<std::int64_t>{1, 1};
      if (over.isNone() || over.toIntVector() != sought) return false;
      NetStep step;
      step.kind = NetStep::Kind::MeanPool;
      step.inputs = {x};
      step.window = step.stride = {in[2], in[3]};
      step.output = made_.add_tensor({in[0], in[1], 1, 1});
      made_.steps.push_back(step);
      tensors_[node.output()] = step.output;
      if (out.size() == 2) add(node, NetStep::Kind::Reshape, {step.output});
      return true;
    }
    const bool is_max = name == "max_pool2d";
    const bool is_ceil = read["ceil_mode"].toBool();
    if (is_max ? sides(read["dilation"]) != Sides{1, 1} : (is_ceil || !read["divisor_override"].isNone())) return false;
    const Sides window = sides(read["kernel_size"]), padding = sides(read["padding"]);
    const Sides stride = read["stride"].toIntVector().empty() ? window : sides(read["stride"]);
    NetStep& step = add(node, is_max ? NetStep::Kind::MaxPool : NetStep::Kind::MeanPool, {x});
    step.window = window;
    step.stride = stride;
    step.padding_before = step.padding_behind = padding;
    step.count_padding = !is_max && read["count_include_pad"].toBool();
    if (is_ceil)
      for (const std::size_t side : {0U, 1U})
        step.padding_behind[side] = (out[2 + side] - 1) * stride[side] + window[side] - in[2 + side] - padding[side];
    return true;
  }

  bool pair(const Node& node, const Reader& read, const std::string& name, std::size_t x) {
    static const std::map<std::string, PairOp> ops = {{"add", PairOp::Add},      {"sub", PairOp::Subtract},
                                                      {"mul", PairOp::Multiply}, {"div", PairOp::Divide},
                                                      {"maximum", PairOp::Max},  {"minimum", PairOp::Min}};
    if (read.has("alpha") && read["alpha"].toScalar().toDouble() != 1) return false;
    const Shape out = result_shape(node);
    if (const auto other = read.tensor("other")) {
      std::size_t first = x, second = *other;
      const bool may_turn = name != "sub" && name != "div";
      if (made_.tensors[first] != out && may_turn) std::swap(first, second);
      const Shape& small = made_.tensors[second];
      if (made_.tensors[first] != out || small.size() != out.size() || out.size() < 2) return false;
      add(node, NetStep::Kind::Pair, {first, second}).pair = ops.at(name);
      return true;
    }
    if (!read.has("other") || !(read["other"].isScalar() || read["other"].isTensor())) return false;
    if (read["other"].isTensor() && read["other"].toTensor().dim() != 0) return false;
    const auto number =
        read["other"].isTensor() ? read["other"].toTensor().item<float>() : read["other"].toScalar().to<float>();
    ElementStep element{.op = ElementOp::Linear, .alpha = 1, .beta = 0};
    if (name == "add") element.beta = number;
    if (name == "sub") element.beta = -number;
    if (name == "mul") element.alpha = number;
    if (name == "div") element.alpha = 1 / number;
    if (name == "maximum" || name == "minimum") return false;
    add(node, NetStep::Kind::Element, {x}).element = element;
    return true;
  }

  bool element(const Node& node, const Reader& read, const std::string& name, std::size_t x) {
    static const std::map<std::string, ElementOp> ops = {
        {"relu", ElementOp::Relu},       {"leaky_relu", ElementOp::LeakyRelu},
        {"clamp", ElementOp::Clip},      {"hardtanh", ElementOp::Clip},
        {"relu6", ElementOp::Clip},      {"hardswish", ElementOp::HardSwish},
        {"silu", ElementOp::Swish},      {"hardsigmoid", ElementOp::HardSigmoid},
        {"sigmoid", ElementOp::Sigmoid}, {"tanh", ElementOp::Tanh}};
    const auto found = ops.find(name);
    if (found == ops.end()) return false;
    ElementStep element{.op = found->second};
    if (name == "leaky_relu") element.alpha = read["negative_slope"].toScalar().to<float>();
    if (name == "relu6") element.beta = 6;
    if (name == "hardtanh") {
      element.alpha = read["min_val"].toScalar().to<float>();
      element.beta = read["max_val"].toScalar().to<float>();
    }
    if (name == "clamp") {
      if (!read.has("min") || !read.has("max") || !read["min"].isScalar() || !read["max"].isScalar()) return false;
      element.alpha = read["min"].toScalar().to<float>();
      element.beta = read["max"].toScalar().to<float>();
    }
    add(node, NetStep::Kind::Element, {x}).element = element;
    return true;
  }

  // The same elements in the same order.
  bool alias(const Node& node, const Reader& read, const std::string& name, std::size_t x) {
    const bool is_same = name == "contiguous" || name == "detach" || (name == "dropout" && !read["train"].toBool());
    if (is_same) {
      tensors_[node.output()] = x;
      return true;
    }
    if (name != "flatten" && name != "view" && name != "reshape" && name != "squeeze" && name != "unsqueeze") return false;
    add(node, NetStep::Kind::Reshape, {x});
    return true;
  }

  bool concat(const Node& node, const Reader& read) {
    if (read["dim"].toInt() != 1 || result_shape(node).size() != 4) return false;
    std::vector<std::size_t> inputs;
    for (const Value* each : node.inputs()[0]->node()->inputs()) {
      const auto found = tensors_.find(each);
      if (found == tensors_.end()) return false;
      inputs.push_back(found->second);
    }
    add(node, NetStep::Kind::Concat, std::move(inputs));
    return true;
  }

  bool pad(const Node& node, const Reader& read, std::size_t x) {
    const auto pads = read["pad"].toIntVector();  // left, right, above, below
    const bool is_simple = pads.size() == 4 && std::ranges::all_of(pads, [](auto pad) { return pad >= 0; }) &&
                           read["value"].toScalar().toDouble() == 0;
    add_foreign(node);
    if (is_simple) padded_[tensors_.at(node.output())] = {x, {pads[2], pads[0]}, {pads[3], pads[1]}};
    return true;
  }

  // What stands for an argument when a foreign step runs: a constant, one of its inputs, or a list of them.
  using Argument = std::variant<torch::IValue, std::size_t, std::vector<std::size_t>>;

  void add_foreign(const Node& node) {
    std::vector<std::size_t> inputs;
    std::vector<Argument> arguments;
    const auto input = [&](const Value* value) {
      const auto found = tensors_.find(value);
      if (found == tensors_.end()) fail(fmt::format("{} reads what is no tensor", node.kind().toQualString()));
      inputs.push_back(found->second);
      return inputs.size() - 1;
    };
    for (const Value* value : node.inputs()) {
      if (const auto known = known_.find(value); known != known_.end()) {
        arguments.emplace_back(known->second);
      } else if (value->node()->kind() == c10::prim::ListConstruct) {
        std::vector<std::size_t> list;
        for (const Value* each : value->node()->inputs()) list.push_back(input(each));
        arguments.emplace_back(std::move(list));
      } else {
        arguments.emplace_back(input(value));
      }
    }
    // Calling an operation changes nothing in it, though its call operator is not const.
    const auto operation = std::make_shared<torch::jit::Operation>(node.getOperation());
    add(node, NetStep::Kind::Foreign, std::move(inputs)).foreign =
        [operation, arguments = std::move(arguments)](std::span<const PlainTensor> tensors, const PlainTensor& output) {
          const auto over = [](const PlainTensor& plain) { return torch::from_blob(plain.values, *plain.shape); };
          torch::jit::Stack stack;
          for (const Argument& argument : arguments) {
            if (const auto* known = std::get_if<torch::IValue>(&argument)) {
              stack.push_back(*known);
            } else if (const auto* one = std::get_if<std::size_t>(&argument)) {
              stack.emplace_back(over(tensors[*one]));
            } else {
              c10::List<torch::Tensor> list;
              for (const std::size_t each : std::get<std::vector<std::size_t>>(argument))
                list.push_back(over(tensors[each]));
              stack.emplace_back(std::move(list));
            }
          }
          (*operation)(stack);
          over(output).copy_(stack.front().toTensor());
        };
  }

  struct Padded {
    std::size_t from = 0;
    Sides before = {0, 0};
    Sides behind = {0, 0};
  };

  NetGraph made_;
  Reader::Known known_;
  Reader::Tensors tensors_;
  std::unordered_map<std::size_t, Padded> padded_;  // tensors that are others with zeros around
};

// A trace takes parameters for constants, which may not ask for a gradient.
class WithoutGradients {
 public:
  explicit WithoutGradients(Net& net) {
    for (torch::Tensor& parameter : net.parameters())
      if (parameter.requires_grad()) stopped_.push_back(parameter.requires_grad_(false));
  }
  ~WithoutGradients() {
    for (torch::Tensor& parameter : stopped_) parameter.requires_grad_(true);
  }
  WithoutGradients(const WithoutGradients&) = delete;
  WithoutGradients& operator=(const WithoutGradients&) = delete;

 private:
  std::vector<torch::Tensor> stopped_;
};

}  // namespace

NetGraph trace(Net& net, const torch::Tensor& example) {
  const WithoutGradients without(net);
  const torch::NoGradGuard no_gradient;
  const auto [state, outputs] = torch::jit::tracer::trace(
      {example},
      [&](const torch::jit::Stack& stack) -> torch::jit::Stack {
        const auto results = net.forward(stack.front().toTensor());
        std::vector<torch::IValue> tuple(results.begin(), results.end());
        return {c10::ivalue::Tuple::create(std::move(tuple))};
      },
      [](const torch::autograd::Variable&) { return std::string(); });
  return Translator()(*state->graph, example);
}

}  // namespace workflow
