#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace workflow {

/// How a tensor lies in its storage: element [i, j, ...] at begin + i * strides[0] + j * strides[1] + ...
struct Strided {
  std::int64_t begin = 0;
  std::vector<std::int64_t> shape;
  std::vector<std::int64_t> strides;
};

/// Elements of the storage that it needs, from its first one on; none where a number is negative or the sum leaves 63 bits.
std::optional<std::int64_t> elements_needed(const Strided& tensor);

/// Whether its elements lie one after the other, row-major.
bool is_contiguous(const Strided& tensor);

/// Its elements, row-major. `storage` holds what elements_needed() says.
std::vector<std::byte> contiguous_copy(const Strided& tensor, std::span<const std::byte> storage, std::size_t element_size);

}  // namespace workflow
