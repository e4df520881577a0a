#include "model/preprocess/row_loops.h"

namespace workflow {
namespace {

[[gnu::always_inline]] inline void blend(const BlendedRows& rows, const Normalisation& normalisation, float* out,
                                         std::size_t count) {
  const std::int16_t* __restrict upper = rows.upper;
  const std::int16_t* __restrict lower = rows.lower;
  const float* __restrict mean = normalisation.mean;
  const float* __restrict scale = normalisation.scale;
  float* __restrict to = out;
  const int upper_weight = rows.upper_weight;
  const int lower_weight = rows.lower_weight;
  for (std::size_t i = 0; i < count; ++i) {
    const int pixel = (((upper_weight * upper[i]) >> 16) + ((lower_weight * lower[i]) >> 16) + 2) >> 2;
    to[i] = (static_cast<float>(pixel) - mean[i]) * scale[i];
  }
}

[[gnu::always_inline]] inline void add(const std::uint8_t* pixels, float weight, float* sums, std::size_t count) {
  const std::uint8_t* __restrict from = pixels;
  float* __restrict to = sums;
  for (std::size_t i = 0; i < count; ++i) to[i] += weight * static_cast<float>(from[i]);
}

#if defined(__x86_64__)
[[gnu::target("avx2")]] void blend_avx2(const BlendedRows& rows, const Normalisation& normalisation, float* out,
                                        std::size_t count) {
  blend(rows, normalisation, out, count);
}

[[gnu::target("avx2")]] void add_avx2(const std::uint8_t* pixels, float weight, float* sums, std::size_t count) {
  add(pixels, weight, sums, count);
}

bool has_avx2() {
  static const bool has = __builtin_cpu_supports("avx2") != 0;
  return has;
}
#endif

}  // namespace

void blend_rows(const BlendedRows& rows, const Normalisation& normalisation, float* out, std::size_t count) {
#if defined(__x86_64__)
  if (has_avx2()) return blend_avx2(rows, normalisation, out, count);
#endif
  blend(rows, normalisation, out, count);
}

void add_weighted(const std::uint8_t* pixels, float weight, float* sums, std::size_t count) {
#if defined(__x86_64__)
  if (has_avx2()) return add_avx2(pixels, weight, sums, count);
#endif
  add(pixels, weight, sums, count);
}

}  // namespace workflow
