#include "weights/strided.h"

#include <algorithm>
#include <cstring>

namespace workflow {

std::optional<std::int64_t> elements_needed(const Strided& tensor) {
  std::int64_t last = tensor.begin;
  bool is_empty = false;
  if (tensor.begin < 0) return std::nullopt;
  for (std::size_t i = 0; i < tensor.shape.size(); ++i) {
    const std::int64_t length = tensor.shape[i], stride = tensor.strides[i];
    if (length < 0 || stride < 0) return std::nullopt;
    is_empty = is_empty || length == 0;
    std::int64_t way = 0;
    if (length > 0 && (__builtin_mul_overflow(length - 1, stride, &way) || __builtin_add_overflow(last, way, &last)))
      return std::nullopt;
  }
  if (is_empty) return 0;
  return __builtin_add_overflow(last, 1, &last) ? std::nullopt : std::optional(last);
}

bool is_contiguous(const Strided& tensor) {
  if (std::ranges::find(tensor.shape, 0) != tensor.shape.end()) return true;
  std::int64_t wanted = 1;
  for (std::size_t i = tensor.shape.size(); i-- > 0;) {
    if (tensor.shape[i] != 1 && tensor.strides[i] != wanted) return false;
    wanted *= tensor.shape[i];
  }
  return true;
}

std::vector<std::byte> contiguous_copy(const Strided& tensor, std::span<const std::byte> storage, std::size_t element_size) {
  std::size_t count = 1;
  for (const std::int64_t length : tensor.shape) count *= static_cast<std::size_t>(length);
  std::vector<std::byte> copy(count * element_size);
  std::vector<std::int64_t> index(tensor.shape.size(), 0);
  auto at = tensor.begin;
  for (std::size_t i = 0; i < count; ++i) {
    std::memcpy(copy.data() + i * element_size, storage.data() + static_cast<std::size_t>(at) * element_size, element_size);
    for (std::size_t axis = index.size(); axis-- > 0;) {
      at += tensor.strides[axis];
      if (++index[axis] < tensor.shape[axis]) break;
      at -= tensor.strides[axis] * tensor.shape[axis];
      index[axis] = 0;
    }
  }
  return copy;
}

}  // namespace workflow
