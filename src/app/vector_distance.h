#pragma once

#include <cstddef>

namespace workflow {

// How two rows of `length` floats stand to each other, as quickly as the machine's vector unit allows: compiled for the
// baseline, for AVX2 and for AVX-512; the machine decides which one runs. What is not a number gives what is none.

/// The sum of the products.
float dot(const float* a, const float* b, std::size_t length);

/// The sum of the squared differences.
float squared_distance(const float* a, const float* b, std::size_t length);

}  // namespace workflow
