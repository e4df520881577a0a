#pragma once

#include <oneapi/dnnl/dnnl.hpp>

#include <optional>
#include <utility>
#include <vector>

#include "engine/net_graph.h"

// What this engine asks oneDNN for, in one place, and with it what differs between oneDNN 2 (Debian 12) and 3 (Debian 13).

namespace workflow::onednn {

using Type = dnnl::memory::data_type;
using Desc = dnnl::memory::desc;

/// The processor. One in the process; thread-safe.
const dnnl::engine& processor();

/// Row-major numbers of a shape.
Desc plain(const Shape& shape, Type type);

/// Channels last: [N, C, H, W] of which neighbours in memory are neighbours in C.
Desc channels_last(const Shape& shape, Type type);

Type type_of(const Desc& desc);

/// The same layout with numbers of another type; none where this oneDNN can't say it.
std::optional<Desc> retyped(const Desc& desc, Type type);

using Arguments = std::vector<std::pair<int, dnnl::memory>>;

/// Lets a reorder multiply by factors: one, or one for each place along the dimensions of `mask`. Gives what has to be
/// handed over when it is executed.
Arguments scale_reorder(dnnl::primitive_attr& attributes, int mask, const std::vector<float>& factors);

/// Lets a convolution or fully connected layer on whole numbers multiply each channel of its result, before what follows.
Arguments scale_result(dnnl::primitive_attr& attributes, bool is_grouped, const std::vector<float>& factors);

/// Whether the bias is added before that factor, in its units, or after it.
constexpr bool bias_is_scaled = DNNL_VERSION_MAJOR < 3;

/// Adds what is in the target's memory already, as numbers of `type`, times `scale`.
void append_sum(dnnl::post_ops& after, float scale, Type type);

/// A shape whose layout oneDNN may choose.
Desc any(const Shape& shape, Type type);

/// Appends an element-wise operation; what it gives is multiplied by `scale`.
void append(dnnl::post_ops& after, const ElementStep& element, float scale);

dnnl::convolution_forward::primitive_desc convolution(const NetStep& step, const Desc& source, const Desc& weights,
                                                      const Desc& bias, const Desc& target,
                                                      const dnnl::primitive_attr& attributes);
dnnl::inner_product_forward::primitive_desc connected(const Desc& source, const Desc& weights, const Desc& bias,
                                                      const Desc& target, const dnnl::primitive_attr& attributes);
dnnl::pooling_forward::primitive_desc pool(const NetStep& step, const Desc& source, const Desc& target,
                                           const dnnl::primitive_attr& attributes);
dnnl::eltwise_forward::primitive_desc element(const ElementStep& element, const Desc& source,
                                              const dnnl::primitive_attr& attributes);
dnnl::binary::primitive_desc pair(PairOp op, const Desc& first, const Desc& second, const Desc& target,
                                  const dnnl::primitive_attr& attributes);
dnnl::concat::primitive_desc concat(const std::vector<Desc>& sources, const dnnl::primitive_attr& attributes);
dnnl::algorithm pair_algorithm(PairOp op);

}  // namespace workflow::onednn
