#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace workflow {

// The loops that see every pixel, compiled for the baseline, for AVX2 and for AVX-512 VBMI; the machine decides which one runs. Rows of
// pixels have four values a pixel (see InputTensor).

/// One output column of a bilinear sampling: where its two neighbouring pixels start in a source row, in bytes, and their
/// weights of 11 bits, which sum up to 2048 or less.
struct SampledColumn {
  std::uint32_t offset;
  std::uint16_t first;
  std::uint16_t second;
};

/// Blends each column's two pixels: OpenCV's horizontal pass without the 4 bits that its vertical pass drops, so at most
/// 255 * 128. Reads 8 bytes at each offset. `is_rgb` turns the channels around.
void blend_columns(const std::uint8_t* row, const SampledColumn* columns, std::size_t count, bool is_rgb, std::int16_t* out);

struct RowPair {
  const std::int16_t* upper;
  const std::int16_t* lower;
  std::int16_t upper_weight;  ///< of 11 bits
  std::int16_t lower_weight;
};

/// OpenCV's vertical pass: levels of 8 bits from two rows of blend_columns.
void blend_rows(const RowPair& rows, std::uint8_t* levels, std::size_t count);

/// sums += weight * pixels.
void add_weighted(const std::uint8_t* pixels, float weight, float* sums, std::size_t count);

/// out = (level - mean) * scale for one channel of a row of pixels.
void normalise_plane(const std::uint8_t* levels, std::size_t channel, float mean, float scale, float* out,
                     std::size_t pixels);

/// The same for three channels side by side.
void normalise_triples(const std::uint8_t* levels, const std::array<float, 3>& mean, const std::array<float, 3>& scale,
                       float* out, std::size_t pixels);

}  // namespace workflow
