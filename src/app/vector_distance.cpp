#include "app/vector_distance.h"

namespace workflow {
namespace {

[[gnu::always_inline]] inline float product(float a, float b) { return a * b; }
[[gnu::always_inline]] inline float squared_difference(float a, float b) { return (a - b) * (a - b); }

template <std::size_t width>
[[gnu::always_inline]] inline float total_of(float* sums) {
  if constexpr (width == 1) {
    return sums[0];
  } else {
    for (std::size_t lane = 0; lane < width / 2; ++lane) sums[lane] += sums[lane + width / 2];
    return total_of<width / 2>(sums);
  }
}

// Many sums side by side: one alone would wait for each addition to end before the next begins.
template <float (*term)(float, float)>
[[gnu::always_inline]] inline float sum_of(const float* a, const float* b, std::size_t length) {
  constexpr std::size_t lanes = 64;
  float sums[lanes] = {};
  std::size_t i = 0;
  for (; i + lanes <= length; i += lanes)
    for (std::size_t lane = 0; lane < lanes; ++lane) sums[lane] += term(a[i + lane], b[i + lane]);
  for (; i < length; ++i) sums[i % lanes] += term(a[i], b[i]);
  return total_of<lanes>(sums);
}

#if defined(__x86_64__)
using Sum = float (*)(const float*, const float*, std::size_t);

template <float (*term)(float, float)>
[[gnu::target("avx512f")]] float sum_avx512(const float* a, const float* b, std::size_t length) {
  return sum_of<term>(a, b, length);
}

template <float (*term)(float, float)>
[[gnu::target("avx2,fma")]] float sum_avx2(const float* a, const float* b, std::size_t length) {
  return sum_of<term>(a, b, length);
}

template <float (*term)(float, float)>
Sum sum_for_this_machine() {
  if (__builtin_cpu_supports("avx512f")) return sum_avx512<term>;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return sum_avx2<term>;
  return [](const float* a, const float* b, std::size_t length) { return sum_of<term>(a, b, length); };
}
#else
template <float (*term)(float, float)>
constexpr auto sum_for_this_machine() {
  return sum_of<term>;
}
#endif

}  // namespace

float dot(const float* a, const float* b, std::size_t length) {
  static const auto sum = sum_for_this_machine<product>();
  return sum(a, b, length);
}

float squared_distance(const float* a, const float* b, std::size_t length) {
  static const auto sum = sum_for_this_machine<squared_difference>();
  return sum(a, b, length);
}

}  // namespace workflow
