#include "app/vector_rows.h"

#include <fmt/format.h>
#include <sys/mman.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <new>
#include <string_view>

#include "app/vector_distance.h"
#include "base/sip_hash.h"
#include "workflow/base/error.h"

namespace workflow {

void check_numbers(std::span<const float> vector) {
  constexpr float largest = 1e15f;
  for (const float number : vector)
    if (!(std::abs(number) <= largest))
      throw Error(ErrorCode::InvalidValue, "search", fmt::format("wanted an embedding of numbers up to {:g}, got {}", largest, number));
}

float VectorRows::inverse_norm(std::span<const float> vector) {
  double sum = 0;
  for (const float number : vector) sum += static_cast<double>(number) * static_cast<double>(number);
  return sum > 1e-30 ? static_cast<float>(1 / std::sqrt(sum)) : 0.0f;
}

// A walk jumps from row to row, and a small page would be looked up anew for nearly each: on huge ones, where the machine has
// them, it takes a quarter less time.
std::unique_ptr<float[], VectorRows::Free> VectorRows::new_block(std::size_t numbers) {
  constexpr std::size_t huge_page = std::size_t{2} << 20U;
  const std::size_t bytes = (numbers * sizeof(float) + huge_page - 1) / huge_page * huge_page;
  auto* block = static_cast<float*>(std::aligned_alloc(huge_page, bytes));
  if (!block) throw std::bad_alloc();
  madvise(block, bytes, MADV_HUGEPAGE);
  return std::unique_ptr<float[], Free>(block);
}

void VectorRows::add(std::span<const float> vector) {
  const std::size_t at = size() % rows_of_block;
  if (at == 0) blocks_.push_back(new_block(rows_of_block * length_));
  std::copy(vector.begin(), vector.end(), &blocks_.back()[at * length_]);
  const auto row = static_cast<std::uint32_t>(size());
  const std::string_view bytes(reinterpret_cast<const char*>(vector.data()), vector.size_bytes());
  std::uint32_t& same_hash = by_hash_.try_emplace(sip_hash(bytes, 0, 0), row).first->second;
  const bool is_copy = same_hash != row && std::memcmp((*this)[same_hash], vector.data(), vector.size_bytes()) == 0;
  if (is_copy) copies_[same_hash].push_back(row);
  first_.push_back(is_copy ? same_hash : row);
  inverse_norms_.push_back(inverse_norm(vector));
}

std::span<const std::uint32_t> VectorRows::copies(std::uint32_t first) const {
  const auto found = copies_.find(first);
  return found == copies_.end() ? std::span<const std::uint32_t>() : found->second;
}

float VectorRows::apart(VectorMetric metric, const float* vector, float inverse_norm_of_vector, std::size_t row) const {
  const float* other = (*this)[row];
  if (metric == VectorMetric::Euclidean) return squared_distance(vector, other, length_);
  return 1 - dot(vector, other, length_) * inverse_norm_of_vector * inverse_norms_[row];
}

}  // namespace workflow
