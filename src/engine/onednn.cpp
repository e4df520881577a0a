#include "engine/onednn.h"

#include <algorithm>
#include <stdexcept>

namespace workflow::onednn {
namespace {

using dnnl::algorithm;

struct Elementary {
  algorithm what;
  float alpha, beta;
};

// Before oneDNN 3 there is no HardSigmoid, and append() and element() make it of a line and a clip behind it; since then what
// stands alone takes no such thing behind it any more.
#if DNNL_VERSION_MAJOR >= 3
constexpr algorithm hard_sigmoid = algorithm::eltwise_hardsigmoid;
constexpr bool has_hard_sigmoid = true;
#else
constexpr algorithm hard_sigmoid = algorithm::eltwise_linear;
constexpr bool has_hard_sigmoid = false;
#endif

Elementary elementary(const ElementStep& element) {
  switch (element.op) {
    case ElementOp::Relu:
      return {algorithm::eltwise_relu, 0, 0};
    case ElementOp::LeakyRelu:
      return {algorithm::eltwise_relu, element.alpha, 0};
    case ElementOp::Clip:
      return {algorithm::eltwise_clip, element.alpha, element.beta};
    case ElementOp::HardSwish:
      return {algorithm::eltwise_hardswish, 1.0f / 6, 0.5f};
    case ElementOp::HardSigmoid:
      return {hard_sigmoid, 1.0f / 6, 0.5f};
    case ElementOp::Swish:
      return {algorithm::eltwise_swish, 1, 0};
    case ElementOp::Sigmoid:
      return {algorithm::eltwise_logistic, 0, 0};
    case ElementOp::Tanh:
      return {algorithm::eltwise_tanh, 0, 0};
    case ElementOp::Linear:
      return {algorithm::eltwise_linear, element.alpha, element.beta};
  }
  throw std::logic_error("unknown element operation");
}

dnnl::memory::dims dims(const Sides& sides) { return {sides[0], sides[1]}; }

// oneDNN counts what is left out between two taps.
dnnl::memory::dims gaps(const NetStep& step) { return {step.dilation[0] - 1, step.dilation[1] - 1}; }

algorithm pool_algorithm(const NetStep& step) {
  if (step.kind == NetStep::Kind::MaxPool) return algorithm::pooling_max;
  return step.count_padding ? algorithm::pooling_avg_include_padding : algorithm::pooling_avg_exclude_padding;
}

// The second half of what elementary() gives the first of.
dnnl::primitive_attr with_rest(const ElementStep& element, const dnnl::primitive_attr& attributes) {
  dnnl::primitive_attr all = attributes;
  if (has_hard_sigmoid || element.op != ElementOp::HardSigmoid) return all;
  dnnl::post_ops after;
  append(after, {.op = ElementOp::Clip, .alpha = 0, .beta = 1}, 1.0f);
  all.set_post_ops(after);
  return all;
}

}  // namespace

const dnnl::engine& processor() {
  static const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  return engine;
}

Desc plain(const Shape& shape, Type type) {
  dnnl::memory::dims strides(shape.size(), 1);
  for (std::size_t i = shape.size(); i-- > 1;) strides[i - 1] = strides[i] * shape[i];
  return {shape, type, strides};
}

Desc channels_last(const Shape& shape, Type type) { return {shape, type, dnnl::memory::format_tag::nhwc}; }

Desc any(const Shape& shape, Type type) { return {shape, type, dnnl::memory::format_tag::any}; }

#if DNNL_VERSION_MAJOR >= 3

Type type_of(const Desc& desc) { return desc.get_data_type(); }

std::optional<Desc> retyped(const Desc&, Type) { return std::nullopt; }

namespace {

Arguments scale(dnnl::primitive_attr& attributes, int argument, int mask, const std::vector<float>& factors) {
  attributes.set_scales_mask(argument, mask);
  dnnl::memory memory(plain({static_cast<std::int64_t>(factors.size())}, Type::f32), processor());
  std::ranges::copy(factors, static_cast<float*>(memory.get_data_handle()));
  return {{DNNL_ARG_ATTR_SCALES | argument, memory}};
}

void append_scaled(dnnl::post_ops& after, float scale, algorithm what, float alpha, float beta) {
  after.append_eltwise(what, alpha, beta);
  if (scale != 1) after.append_eltwise(algorithm::eltwise_linear, scale, 0);
}

}  // namespace

Arguments scale_reorder(dnnl::primitive_attr& attributes, int mask, const std::vector<float>& factors) {
  return scale(attributes, DNNL_ARG_SRC, mask, factors);
}

Arguments scale_result(dnnl::primitive_attr& attributes, bool is_grouped, const std::vector<float>& factors) {
  return scale(attributes, DNNL_ARG_WEIGHTS, is_grouped ? 3 : 1, factors);
}

void append_sum(dnnl::post_ops& after, float scale, Type type) { after.append_sum(scale, 0, type); }

dnnl::convolution_forward::primitive_desc convolution(const NetStep& step, const Desc& source, const Desc& weights,
                                                      const Desc& bias, const Desc& target,
                                                      const dnnl::primitive_attr& attributes) {
  return {processor(),
          dnnl::prop_kind::forward_inference,
          algorithm::convolution_direct,
          source,
          weights,
          bias,
          target,
          dims(step.stride),
          gaps(step),
          dims(step.padding_before),
          dims(step.padding_behind),
          attributes};
}

dnnl::inner_product_forward::primitive_desc connected(const Desc& source, const Desc& weights, const Desc& bias,
                                                      const Desc& target, const dnnl::primitive_attr& attributes) {
  return {processor(), dnnl::prop_kind::forward_inference, source, weights, bias, target, attributes};
}

dnnl::pooling_forward::primitive_desc pool(const NetStep& step, const Desc& source, const Desc& target,
                                           const dnnl::primitive_attr& attributes) {
  return {processor(),
          dnnl::prop_kind::forward_inference,
          pool_algorithm(step),
          source,
          target,
          dims(step.stride),
          dims(step.window),
          {0, 0},
          dims(step.padding_before),
          dims(step.padding_behind),
          attributes};
}

dnnl::eltwise_forward::primitive_desc element(const ElementStep& element, const Desc& source,
                                              const dnnl::primitive_attr& attributes) {
  const auto [what, alpha, beta] = elementary(element);
  return {processor(), dnnl::prop_kind::forward_inference, what, source, source, alpha,
          beta,        with_rest(element, attributes)};
}

dnnl::binary::primitive_desc pair(PairOp op, const Desc& first, const Desc& second, const Desc& target,
                                  const dnnl::primitive_attr& attributes) {
  return {processor(), pair_algorithm(op), first, second, target, attributes};
}

dnnl::concat::primitive_desc concat(const std::vector<Desc>& sources, const dnnl::primitive_attr& attributes) {
  return {processor(), 1, sources, attributes};
}

#else

Type type_of(const Desc& desc) { return desc.data_type(); }

std::optional<Desc> retyped(const Desc& desc, Type type) {
  Desc other = desc;
  other.data.data_type = dnnl::memory::convert_to_c(type);
  return other;
}

Arguments scale_reorder(dnnl::primitive_attr& attributes, int mask, const std::vector<float>& factors) {
  attributes.set_output_scales(mask, factors);
  return {};
}

Arguments scale_result(dnnl::primitive_attr& attributes, bool, const std::vector<float>& factors) {
  attributes.set_output_scales(2, factors);
  return {};
}

namespace {

void append_scaled(dnnl::post_ops& after, float scale, algorithm what, float alpha, float beta) {
  after.append_eltwise(scale, what, alpha, beta);
}

}  // namespace

void append_sum(dnnl::post_ops& after, float scale, Type type) { after.append_sum(scale, type); }

dnnl::convolution_forward::primitive_desc convolution(const NetStep& step, const Desc& source, const Desc& weights,
                                                      const Desc& bias, const Desc& target,
                                                      const dnnl::primitive_attr& attributes) {
  return {{dnnl::prop_kind::forward_inference, algorithm::convolution_direct, source, weights, bias, target,
           dims(step.stride), gaps(step), dims(step.padding_before), dims(step.padding_behind)},
          attributes,
          processor()};
}

dnnl::inner_product_forward::primitive_desc connected(const Desc& source, const Desc& weights, const Desc& bias,
                                                      const Desc& target, const dnnl::primitive_attr& attributes) {
  return {{dnnl::prop_kind::forward_inference, source, weights, bias, target}, attributes, processor()};
}

dnnl::pooling_forward::primitive_desc pool(const NetStep& step, const Desc& source, const Desc& target,
                                           const dnnl::primitive_attr& attributes) {
  return {{dnnl::prop_kind::forward_inference, pool_algorithm(step), source, target, dims(step.stride), dims(step.window),
           dims(step.padding_before), dims(step.padding_behind)},
          attributes,
          processor()};
}

dnnl::eltwise_forward::primitive_desc element(const ElementStep& element, const Desc& source,
                                              const dnnl::primitive_attr& attributes) {
  const auto [what, alpha, beta] = elementary(element);
  return {{dnnl::prop_kind::forward_inference, what, source, alpha, beta}, with_rest(element, attributes), processor()};
}

dnnl::binary::primitive_desc pair(PairOp op, const Desc& first, const Desc& second, const Desc& target,
                                  const dnnl::primitive_attr& attributes) {
  return {{pair_algorithm(op), first, second, target}, attributes, processor()};
}

dnnl::concat::primitive_desc concat(const std::vector<Desc>& sources, const dnnl::primitive_attr& attributes) {
  return {1, sources, processor(), attributes};
}

#endif

void append(dnnl::post_ops& after, const ElementStep& element, float scale) {
  const auto [what, alpha, beta] = elementary(element);
  const bool is_last = has_hard_sigmoid || element.op != ElementOp::HardSigmoid;
  append_scaled(after, is_last ? scale : 1.0f, what, alpha, beta);
  if (!is_last) append_scaled(after, scale, algorithm::eltwise_clip, 0, 1);
}

dnnl::algorithm pair_algorithm(PairOp op) {
  switch (op) {
    case PairOp::Add:
      return algorithm::binary_add;
    case PairOp::Multiply:
      return algorithm::binary_mul;
    case PairOp::Subtract:
      return algorithm::binary_sub;
    case PairOp::Divide:
      return algorithm::binary_div;
    case PairOp::Max:
      return algorithm::binary_max;
    case PairOp::Min:
      return algorithm::binary_min;
  }
  throw std::logic_error("unknown pair operation");
}

}  // namespace workflow::onednn
