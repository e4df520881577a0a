#pragma once

#include <cstddef>
#include <cstdint>

namespace workflow {

// The loops that see every pixel, compiled for the baseline and for AVX2; the machine decides which one runs.

struct BlendedRows {
  const std::int16_t* upper;
  const std::int16_t* lower;
  std::int16_t upper_weight;
  std::int16_t lower_weight;
};

struct Normalisation {
  const float* mean;
  const float* scale;
};

/// out = (pixel - mean) * scale, where pixel is the blend in OpenCV's fixed point, bit for bit.
void blend_rows(const BlendedRows& rows, const Normalisation& normalisation, float* out, std::size_t count);

/// sums += weight * pixels.
void add_weighted(const std::uint8_t* pixels, float weight, float* sums, std::size_t count);

}  // namespace workflow
