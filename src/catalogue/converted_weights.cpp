#include "catalogue/converted_weights.h"

#include <fmt/format.h>

#include <cstring>
#include <utility>

#include "base/in_quotes.h"
#include "workflow/base/error.h"

namespace workflow {
namespace {

std::vector<float> permuted(const std::vector<float>& values, const std::vector<std::int64_t>& shape,
                            const std::vector<std::size_t>& order) {
  std::vector<std::size_t> stride(shape.size(), 1);
  for (std::size_t i = shape.size() - 1; i > 0; --i) stride[i - 1] = stride[i] * static_cast<std::size_t>(shape[i]);
  std::vector<float> result(values.size());
  std::vector<std::size_t> index(order.size(), 0);
  for (float& value : result) {
    std::size_t at = 0;
    for (std::size_t i = 0; i < order.size(); ++i) at += index[i] * stride[order[i]];
    value = values[at];
    for (std::size_t i = order.size(); i-- > 0;) {
      if (++index[i] < static_cast<std::size_t>(shape[order[i]])) break;
      index[i] = 0;
    }
  }
  return result;
}

}  // namespace

void refuse_tensor(const TensorView& tensor, std::string_view wanted) {
  throw Error(ErrorCode::InvalidModel, "import", fmt::format("tensor {}: wanted {}", in_quotes(tensor.name), wanted));
}

std::vector<float> floats_of(const TensorView& tensor) {
  if (tensor.dtype != DType::F32) refuse_tensor(tensor, "F32");
  std::vector<float> values(tensor.data.size() / sizeof(float));
  if (!values.empty()) std::memcpy(values.data(), tensor.data.data(), tensor.data.size());
  return values;
}

void ConvertedWeights::add(std::string name, const TensorView& tensor, const std::vector<std::size_t>& order,
                           const TensorView* scale, const TensorView* shift) {
  if (tensor.shape.size() != order.size())
    refuse_tensor(tensor, fmt::format("{} axes, got {}", order.size(), tensor.shape.size()));
  std::vector<std::int64_t> shape;
  for (const std::size_t axis : order) shape.push_back(tensor.shape[axis]);
  std::vector<float> values = floats_of(tensor);
  if (order.size() > 1) values = permuted(values, tensor.shape, order);
  for (const TensorView* layer : {scale, shift}) {
    if (!layer) continue;
    const std::vector<float> factors = floats_of(*layer);
    if (factors.empty() || factors.size() != static_cast<std::size_t>(shape[0]))
      refuse_tensor(*layer, fmt::format("{} numbers", shape[0]));
    const std::size_t each = values.size() / factors.size();
    for (std::size_t i = 0; i < values.size(); ++i)
      layer == scale ? values[i] *= factors[i / each] : values[i] += factors[i / each];
  }
  add(std::move(name), std::move(values), std::move(shape));
}

void ConvertedWeights::add(std::string name, std::vector<float> values, std::vector<std::int64_t> shape) {
  const std::vector<float>& kept = values_->emplace_back(std::move(values));
  weights_.tensors.push_back({std::move(name), DType::F32, std::move(shape), std::as_bytes(std::span(kept))});
}

Weights ConvertedWeights::take() {
  weights_.storage = std::exchange(values_, std::make_shared<std::deque<std::vector<float>>>());
  return std::exchange(weights_, {});
}

}  // namespace workflow
