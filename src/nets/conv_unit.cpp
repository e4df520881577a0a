#include "nets/conv_unit.h"

#include <torch/csrc/jit/frontend/tracer.h>

#include "nets/torch_version.h"

namespace workflow {
namespace {

constexpr double leaky_slope = 0.1;

torch::Tensor activated(torch::Tensor x, Activation activation, bool in_place) {
  switch (activation) {
    case Activation::None:
      return x;
    case Activation::Relu:
      return in_place ? x.relu_() : x.relu();
    case Activation::Relu6:
      return in_place ? x.clamp_(0, 6) : x.clamp(0, 6);
    case Activation::LeakyRelu:
      return in_place ? at::leaky_relu_(x, leaky_slope) : at::leaky_relu(x, leaky_slope);
    case Activation::Hardswish:
      return in_place ? at::hardswish_(x) : at::hardswish(x);
    case Activation::Hardsigmoid:
      return in_place ? at::hardsigmoid_(x) : at::hardsigmoid(x);
    case Activation::Silu:
      return in_place ? at::silu_(x) : at::silu(x);
    case Activation::Sigmoid:
      return in_place ? x.sigmoid_() : x.sigmoid();
  }
  return x;
}

// LibTorch declares oneDNN's prepacked convolution to its dispatcher alone, so it is called through that.
const c10::optional<c10::OperatorHandle>& prepack_operator() {
  static const auto found = find_operator("mkldnn_prepacked::conv2d_prepack");
  return found;
}

const c10::optional<c10::OperatorHandle>& run_operator() {
  static const auto found = find_operator("mkldnn_prepacked::conv2d_run");
  return found;
}

std::int64_t same_padding(std::int64_t size, std::int64_t kernel, std::int64_t stride) {
  const std::int64_t outputs = (size + stride - 1) / stride;
  return std::max<std::int64_t>((outputs - 1) * stride + kernel - size, 0);
}

}  // namespace

ConvUnit::ConvUnit(const ConvSettings& settings) : settings_(settings) {
  const bool is_symmetric = settings.padding == Padding::Half ||
                            (settings.padding == Padding::Same && settings.stride == 1 && settings.kernel % 2 == 1);
  symmetric_ = is_symmetric ? settings.kernel / 2 : 0;
  if (is_symmetric) settings_.padding = Padding::Half;
  conv = torch::nn::Conv2d(torch::nn::Conv2dOptions(settings.in, settings.out, settings.kernel)
                               .stride(settings.stride)
                               .padding(symmetric_)
                               .groups(settings.groups)
                               .bias(settings.bias));
  if (!settings.norm.empty())
    norm = torch::nn::BatchNorm2d(torch::nn::BatchNorm2dOptions(settings.out).eps(settings.norm_epsilon));
}

torch::Tensor ConvUnit::operator()(const torch::Tensor& x) const { return folded_ ? folded(x) : plain(x); }

torch::Tensor ConvUnit::padded(const torch::Tensor& x) const {
  if (settings_.padding != Padding::Same) return x;
  const std::int64_t rows = same_padding(x.size(2), settings_.kernel, settings_.stride);
  const std::int64_t columns = same_padding(x.size(3), settings_.kernel, settings_.stride);
  if (rows == 0 && columns == 0) return x;
  return at::constant_pad_nd(x, {columns / 2, columns - columns / 2, rows / 2, rows - rows / 2});
}

torch::Tensor ConvUnit::plain(const torch::Tensor& x) const {
  auto convolution = conv;  // a module's forward is not const, though it changes nothing here
  auto y = convolution->forward(padded(x));
  if (norm) {
    auto normalisation = norm;
    y = normalisation->forward(y);
  }
  return activated(std::move(y), settings_.activation, false);
}

torch::Tensor ConvUnit::folded(const torch::Tensor& input) const {
  const auto x = padded(input);
  if (pack_next_) pack(x);
  if (packed_.isNone()) {
    const std::vector<std::int64_t> stride(2, settings_.stride), padding(2, symmetric_), dilation(2, 1);
    auto y = at::conv2d(x, weight_, bias_, stride, padding, dilation, settings_.groups);
    return activated(std::move(y), settings_.activation, true);
  }
  torch::jit::Stack stack{x, packed_};
  run_operator()->callBoxed(&stack);
  const bool is_fused = settings_.activation == Activation::Relu;
  return activated(std::move(stack.front()).toTensor(), is_fused ? Activation::None : settings_.activation, true);
}

void ConvUnit::fold() {
  const torch::NoGradGuard no_gradient;
  weight_ = conv->weight.detach();
  bias_ = settings_.bias ? conv->bias.detach() : torch::zeros({settings_.out}, weight_.options());
  if (norm) {
    const auto factor = norm->weight / (norm->running_var + settings_.norm_epsilon).sqrt();
    weight_ = weight_ * factor.view({-1, 1, 1, 1});
    bias_ = (bias_ - norm->running_mean) * factor + norm->bias;
  }
  weight_ = weight_.contiguous(torch::MemoryFormat::ChannelsLast);
  bias_ = bias_.contiguous();
  packed_ = c10::IValue();
  pack_next_ = false;
  folded_ = true;
}

void ConvUnit::unfold() {
  folded_ = pack_next_ = false;
  packed_ = c10::IValue();
  weight_ = torch::Tensor();
  bias_ = torch::Tensor();
}

void ConvUnit::pack_at_next_call() {
  pack_next_ = folded_ && weight_.device().is_cpu() && at::globalContext().userEnabledMkldnn() && at::hasMKLDNN() &&
               prepack_operator() && run_operator();
}

void ConvUnit::pack(const torch::Tensor& x) const {
  const std::vector<std::int64_t> stride(2, settings_.stride), padding(2, symmetric_), dilation(2, 1);
  torch::jit::Stack stack{weight_.contiguous(),
                          bias_,
                          stride,
                          padding,
                          dilation,
                          settings_.groups,
                          x.sizes().vec(),
                          settings_.activation == Activation::Relu ? std::string("relu") : std::string("none")};
  prepack_operator()->callBoxed(&stack);
  packed_ = std::move(stack.front());
  pack_next_ = false;
}

ConvUnit ConvUnit::joined(const std::vector<const ConvUnit*>& units) {
  ConvUnit all = *units.front();
  all.conv = nullptr;
  all.norm = nullptr;
  const bool is_depthwise = all.settings_.groups > 1 || all.settings_.in == 1;
  std::vector<torch::Tensor> weights, biases;
  all.settings_.out = 0;
  for (const ConvUnit* unit : units) {
    weights.push_back(unit->weight_);
    biases.push_back(unit->bias_);
    all.settings_.out += unit->settings_.out;
  }
  if (is_depthwise) all.settings_.in = all.settings_.groups = all.settings_.out;
  all.weight_ = at::cat(weights).contiguous(torch::MemoryFormat::ChannelsLast);
  all.bias_ = at::cat(biases);
  return all;
}

torch::Tensor max_pool_2x2(const torch::Tensor& x) {
  // A trace is to see one pool, which the engine has, and not its parts.
  if (torch::GradMode::is_enabled() || torch::jit::tracer::isTracing())
    return at::max_pool2d(x, {2, 2}, {2, 2}, {0, 0}, {1, 1}, /*ceil_mode=*/true);
  auto y = x;
  for (const std::int64_t side : {2, 3}) {
    const std::int64_t size = y.size(side);
    const auto even = y.slice(side, 0, size, 2);
    if (size % 2 == 0) {
      y = at::maximum(even, y.slice(side, 1, size, 2));
      continue;
    }
    auto maxima = even.clone();
    auto pairs = maxima.slice(side, 0, size / 2);
    at::maximum_out(pairs, pairs, y.slice(side, 1, size, 2));
    y = maxima;
  }
  return y;
}

}  // namespace workflow
