#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

#include "workflow/app/vector_metric.h"

namespace workflow {

/// Throws Error (InvalidValue) for numbers that are none, infinite or beyond 1e15, whose squares would not fit.
void check_numbers(std::span<const float> vector);

/// Vectors of one length, one after the other, with the size of each. They stand in blocks, so that growing moves none.
/// Reading is thread-safe while nobody adds.
class VectorRows {
 public:
  static constexpr std::size_t rows_of_block = 4096;

  explicit VectorRows(std::size_t length) : length_(length) {}

  std::size_t length() const { return length_; }  ///< of each vector
  std::size_t size() const { return inverse_norms_.size(); }

  const float* operator[](std::size_t row) const { return &blocks_[row / rows_of_block][row % rows_of_block * length_]; }

  /// One over the vector's Euclidean norm; 0 where that is below 1e-15: such a vector points nowhere.
  float inverse_norm(std::size_t row) const { return inverse_norms_[row]; }
  static float inverse_norm(std::span<const float> vector);

  /// The first row of the same numbers: the row itself, where it is no copy of an earlier one.
  std::uint32_t first(std::size_t row) const { return first_[row]; }

  /// The later rows of the same numbers as a first one, ascending.
  std::span<const std::uint32_t> copies(std::uint32_t first) const;

  /// `vector` has `length()` numbers, such as check_numbers() lets through.
  void add(std::span<const float> vector);

  /// How far a row is from a vector whose inverse norm is known: 1 - cosine, or the squared Euclidean distance.
  float apart(VectorMetric metric, const float* vector, float inverse_norm_of_vector, std::size_t row) const;

 private:
  struct Free {
    void operator()(float* block) const { std::free(block); }
  };
  static std::unique_ptr<float[], Free> new_block(std::size_t numbers);

  std::size_t length_;
  std::vector<std::unique_ptr<float[], Free>> blocks_;
  std::vector<float> inverse_norms_;
  std::vector<std::uint32_t> first_;
  std::unordered_map<std::uint64_t, std::uint32_t> by_hash_;  // a first row by its numbers' hash
  std::unordered_map<std::uint32_t, std::vector<std::uint32_t>> copies_;
};

}  // namespace workflow
