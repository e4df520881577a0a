#include "model/preprocess/row_loops.h"

#include <bit>
#include <cstring>

#if defined(__x86_64__)
#if defined(__GNUC__) && !defined(__clang__)
// GCC 12's own AVX-512 intrinsics start from registers that they leave undefined on purpose (GCC bug 105593).
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#include <immintrin.h>
#endif

namespace workflow {
namespace {

static_assert(std::endian::native == std::endian::little, "several bytes are read as one number");

// Two pixels (6 of 8 bytes) at once: the products of three channels lie side by side in one 64-bit number, 21 bits apart.
void blend_columns_plainly(const std::uint8_t* row, const SampledColumn* columns, std::size_t count, bool is_rgb,
                           std::int16_t* out) {
  const auto spread = [](std::uint64_t pixel) {
    return (pixel & 0xFFU) | (pixel & 0xFF00U) << 13U | (pixel & 0xFF0000U) << 26U;
  };
  const unsigned blue_at = is_rgb ? 32 : 0;
  for (std::size_t i = 0; i < count; ++i) {
    std::uint64_t bytes;
    std::memcpy(&bytes, row + columns[i].offset, sizeof bytes);
    const std::uint64_t sum = spread(bytes) * columns[i].first + spread(bytes >> 24U) * columns[i].second;
    const std::uint64_t pixel =
        (sum >> 4U & 0x7FFFU) << blue_at | (sum >> 25U & 0x7FFFU) << 16U | (sum >> 46U & 0x7FFFU) << (32U - blue_at);
    std::memcpy(out + 4 * i, &pixel, sizeof pixel);
  }
}

[[gnu::always_inline]] inline void blend_rows_loop(const RowPair& rows, std::uint8_t* levels, std::size_t count) {
  const std::int16_t* __restrict upper = rows.upper;
  const std::int16_t* __restrict lower = rows.lower;
  std::uint8_t* __restrict to = levels;
  const std::int16_t upper_weight = rows.upper_weight;
  const std::int16_t lower_weight = rows.lower_weight;
  for (std::size_t i = 0; i < count; ++i) {
    const auto above = static_cast<std::int16_t>((upper_weight * upper[i]) >> 16);
    const auto below = static_cast<std::int16_t>((lower_weight * lower[i]) >> 16);
    to[i] = static_cast<std::uint8_t>(static_cast<std::int16_t>(above + below + 2) >> 2);
  }
}

[[gnu::always_inline]] inline void add_weighted_loop(const std::uint8_t* pixels, float weight, float* sums,
                                                     std::size_t count) {
  const std::uint8_t* __restrict from = pixels;
  float* __restrict to = sums;
  for (std::size_t i = 0; i < count; ++i) to[i] += weight * static_cast<float>(from[i]);
}

[[gnu::always_inline]] inline void normalise_plane_loop(const std::uint8_t* levels, std::size_t channel, float mean,
                                                        float scale, float* out, std::size_t pixels) {
  float* __restrict to = out;
  const auto shift = static_cast<std::uint32_t>(8 * channel);
  for (std::size_t i = 0; i < pixels; ++i) {
    std::uint32_t pixel;
    std::memcpy(&pixel, levels + 4 * i, sizeof pixel);
    to[i] = (static_cast<float>(static_cast<int>(pixel >> shift & 0xFFU)) - mean) * scale;
  }
}

[[gnu::always_inline]] inline void normalise_triples_loop(const std::uint8_t* levels, const std::array<float, 3>& mean,
                                                          const std::array<float, 3>& scale, float* out,
                                                          std::size_t pixels) {
  const std::array<float, 4> means{mean[0], mean[1], mean[2], 0};
  const std::array<float, 4> scales{scale[0], scale[1], scale[2], 0};
  // Four floats are one store: the fourth is overwritten by the next pixel, so the last pixel must not have one.
  const auto pixel_at = [&](std::size_t i, std::size_t bytes) {
    std::array<float, 4> values;
    for (std::size_t c = 0; c < 4; ++c) values[c] = (static_cast<float>(levels[4 * i + c]) - means[c]) * scales[c];
    std::memcpy(out + 3 * i, values.data(), bytes);
  };
  for (std::size_t i = 0; i + 1 < pixels; ++i) pixel_at(i, 4 * sizeof(float));
  if (pixels > 0) pixel_at(pixels - 1, 3 * sizeof(float));
}

#if defined(__x86_64__)
bool has_avx2() {
  static const bool has = __builtin_cpu_supports("avx2") != 0;
  return has;
}

[[gnu::target("avx2")]] inline __m128i pixels_at(const std::uint8_t* row, const SampledColumn& column) {
  return _mm_loadl_epi64(reinterpret_cast<const __m128i*>(row + column.offset));
}

[[gnu::target("avx2")]] inline __m128i weights_of(const SampledColumn& column) {
  int both;
  std::memcpy(&both, &column.first, sizeof both);
  return _mm_set1_epi32(both);
}

// Two columns: the neighbours' bytes of one channel come to stand side by side, so that one instruction weighs and adds.
[[gnu::target("avx2")]] inline __m256i blended_pair(const std::uint8_t* row, const SampledColumn* columns, __m256i channel_pairs) {
  const __m256i bytes = _mm256_set_m128i(pixels_at(row, columns[1]), pixels_at(row, columns[0]));
  const __m256i weights = _mm256_set_m128i(weights_of(columns[1]), weights_of(columns[0]));
  return _mm256_srli_epi32(_mm256_madd_epi16(_mm256_shuffle_epi8(bytes, channel_pairs), weights), 4);
}

[[gnu::target("avx2")]] void blend_columns_avx2(const std::uint8_t* row, const SampledColumn* columns, std::size_t count,
                                                bool is_rgb, std::int16_t* out) {
  const __m128i bgr = _mm_setr_epi8(0, -1, 3, -1, 1, -1, 4, -1, 2, -1, 5, -1, -1, -1, -1, -1);
  const __m128i rgb = _mm_setr_epi8(2, -1, 5, -1, 1, -1, 4, -1, 0, -1, 3, -1, -1, -1, -1, -1);
  const __m256i channel_pairs = _mm256_broadcastsi128_si256(is_rgb ? rgb : bgr);
  std::size_t i = 0;
  for (; i + 4 <= count; i += 4) {
    const __m256i halves = _mm256_packus_epi32(blended_pair(row, columns + i, channel_pairs),
                                               blended_pair(row, columns + i + 2, channel_pairs));
    // Packing works within each half: pixels 0 and 2, then 1 and 3.
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + 4 * i), _mm256_permute4x64_epi64(halves, 0xD8));
  }
  blend_columns_plainly(row, columns + i, count - i, is_rgb, out + 4 * i);
}

[[gnu::target("avx2")]] void blend_rows_avx2(const RowPair& rows, std::uint8_t* levels, std::size_t count) {
  blend_rows_loop(rows, levels, count);
}

[[gnu::target("avx2")]] void add_weighted_avx2(const std::uint8_t* pixels, float weight, float* sums, std::size_t count) {
  add_weighted_loop(pixels, weight, sums, count);
}

[[gnu::target("avx2")]] void normalise_plane_avx2(const std::uint8_t* levels, std::size_t channel, float mean, float scale,
                                                  float* out, std::size_t pixels) {
  normalise_plane_loop(levels, channel, mean, scale, out, pixels);
}

[[gnu::target("avx2")]] void normalise_triples_avx2(const std::uint8_t* levels, const std::array<float, 3>& mean,
                                                    const std::array<float, 3>& scale, float* out, std::size_t pixels) {
  normalise_triples_loop(levels, mean, scale, out, pixels);
}
// Byte permutes of a whole register (AVX-512 VBMI) take four columns at once, wherever their pixels lie within 64 bytes.
#define WORKFLOW_VBMI [[gnu::target("avx512f,avx512bw,avx512vl,avx512vbmi")]]

bool has_vbmi() {
  static const bool has = __builtin_cpu_supports("avx512vbmi") != 0 && __builtin_cpu_supports("avx512bw") != 0 &&
                          __builtin_cpu_supports("avx512vl") != 0;
  return has;
}

WORKFLOW_VBMI void blend_columns_vbmi(const std::uint8_t* row, const SampledColumn* columns, std::size_t count, bool is_rgb,
                                      std::int16_t* out) {
  constexpr std::size_t register_bytes = 64;
  constexpr __mmask64 channel_bytes = 0x0555'0555'0555'0555;  // of each pixel's 16 bytes: three pairs of 16 bits
  const __m128i bgr = _mm_setr_epi8(0, 0, 3, 0, 1, 0, 4, 0, 2, 0, 5, 0, 0, 0, 0, 0);
  const __m128i rgb = _mm_setr_epi8(2, 0, 5, 0, 1, 0, 4, 0, 0, 0, 3, 0, 0, 0, 0, 0);
  const __m512i channel_pairs = _mm512_broadcast_i32x4(is_rgb ? rgb : bgr);
  const __m512i offset_of_lane = _mm512_set_epi64(0x1818181818181818, 0x1818181818181818, 0x1010101010101010,
                                                  0x1010101010101010, 0x0808080808080808, 0x0808080808080808, 0, 0);
  const __m512i weights_of_lane = _mm512_set_epi32(7, 7, 7, 7, 5, 5, 5, 5, 3, 3, 3, 3, 1, 1, 1, 1);
  std::size_t i = 0;
  for (; i + 4 <= count; i += 4) {
    const std::uint32_t base = columns[i].offset;
    const std::size_t span = columns[i + 3].offset - base + 6;
    if (span > register_bytes) {  // shrunk by more than six: the pixels lie too far apart
      blend_columns_avx2(row, columns + i, 4, is_rgb, out + 4 * i);
      continue;
    }
    const __mmask64 present = ~__mmask64{0} >> (register_bytes - span);
    const __m512i bytes = _mm512_maskz_loadu_epi8(present, row + base);
    const __m512i four = _mm512_castsi256_si512(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(columns + i)));
    const __m512i relative = _mm512_sub_epi32(four, _mm512_set1_epi32(static_cast<int>(base)));
    const __m512i places = _mm512_add_epi8(_mm512_permutexvar_epi8(offset_of_lane, relative), channel_pairs);
    const __m512i weights = _mm512_permutexvar_epi32(weights_of_lane, four);
    const __m512i pairs = _mm512_maskz_permutexvar_epi8(channel_bytes, places, bytes);
    const __m512i sums = _mm512_srli_epi32(_mm512_madd_epi16(pairs, weights), 4);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + 4 * i), _mm512_cvtepi32_epi16(sums));
  }
  blend_columns_avx2(row, columns + i, count - i, is_rgb, out + 4 * i);
}

WORKFLOW_VBMI void normalise_triples_vbmi(const std::uint8_t* levels, const std::array<float, 3>& mean,
                                          const std::array<float, 3>& scale, float* out, std::size_t pixels) {
  constexpr __mmask16 channels = 0x7777;  // the fourth value of each pixel is left out
  constexpr __mmask16 twelve = 0x0FFF;
  const __m512 means = _mm512_broadcast_f32x4(_mm_setr_ps(mean[0], mean[1], mean[2], 0));
  const __m512 scales = _mm512_broadcast_f32x4(_mm_setr_ps(scale[0], scale[1], scale[2], 0));
  std::size_t i = 0;
  for (; i + 4 <= pixels; i += 4) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(levels + 4 * i));
    const __m512 values = _mm512_mul_ps(_mm512_sub_ps(_mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(bytes)), means), scales);
    _mm512_mask_storeu_ps(out + 3 * i, twelve, _mm512_maskz_compress_ps(channels, values));
  }
  normalise_triples_loop(levels + 4 * i, mean, scale, out + 3 * i, pixels - i);
}

WORKFLOW_VBMI void blend_rows_vbmi(const RowPair& rows, std::uint8_t* levels, std::size_t count) {
  blend_rows_loop(rows, levels, count);
}
#undef WORKFLOW_VBMI
#else
constexpr bool has_avx2() { return false; }
constexpr bool has_vbmi() { return false; }
constexpr auto blend_columns_vbmi = blend_columns_plainly;
constexpr auto blend_rows_vbmi = blend_rows_loop;
constexpr auto normalise_triples_vbmi = normalise_triples_loop;
constexpr auto blend_columns_avx2 = blend_columns_plainly;
constexpr auto blend_rows_avx2 = blend_rows_loop;
constexpr auto add_weighted_avx2 = add_weighted_loop;
constexpr auto normalise_plane_avx2 = normalise_plane_loop;
constexpr auto normalise_triples_avx2 = normalise_triples_loop;
#endif

}  // namespace

void blend_columns(const std::uint8_t* row, const SampledColumn* columns, std::size_t count, bool is_rgb, std::int16_t* out) {
  if (has_vbmi()) return blend_columns_vbmi(row, columns, count, is_rgb, out);
  if (has_avx2()) return blend_columns_avx2(row, columns, count, is_rgb, out);
  blend_columns_plainly(row, columns, count, is_rgb, out);
}

void blend_rows(const RowPair& rows, std::uint8_t* levels, std::size_t count) {
  if (has_vbmi()) return blend_rows_vbmi(rows, levels, count);
  if (has_avx2()) return blend_rows_avx2(rows, levels, count);
  blend_rows_loop(rows, levels, count);
}

void add_weighted(const std::uint8_t* pixels, float weight, float* sums, std::size_t count) {
  if (has_avx2()) return add_weighted_avx2(pixels, weight, sums, count);
  add_weighted_loop(pixels, weight, sums, count);
}

void normalise_plane(const std::uint8_t* levels, std::size_t channel, float mean, float scale, float* out,
                     std::size_t pixels) {
  if (has_avx2()) return normalise_plane_avx2(levels, channel, mean, scale, out, pixels);
  normalise_plane_loop(levels, channel, mean, scale, out, pixels);
}

void normalise_triples(const std::uint8_t* levels, const std::array<float, 3>& mean, const std::array<float, 3>& scale,
                       float* out, std::size_t pixels) {
  if (has_vbmi()) return normalise_triples_vbmi(levels, mean, scale, out, pixels);
  if (has_avx2()) return normalise_triples_avx2(levels, mean, scale, out, pixels);
  normalise_triples_loop(levels, mean, scale, out, pixels);
}

}  // namespace workflow
