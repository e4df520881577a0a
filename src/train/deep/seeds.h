#pragma once

#include <cstdint>
#include <initializer_list>

namespace workflow {

/// One seed out of several numbers (SplitMix64's finaliser over each): what is drawn for an epoch, an input or a step
/// depends on these numbers alone, so a training that goes on from a checkpoint draws what it would have drawn.
inline std::uint64_t seed_of(std::initializer_list<std::uint64_t> numbers) {
  std::uint64_t seed = 0x9e3779b97f4a7c15U;
  for (const std::uint64_t number : numbers) {
    seed = (seed ^ number) + 0x9e3779b97f4a7c15U;
    seed = (seed ^ (seed >> 30U)) * 0xbf58476d1ce4e5b9U;
    seed = (seed ^ (seed >> 27U)) * 0x94d049bb133111ebU;
    seed ^= seed >> 31U;
  }
  return seed;
}

}  // namespace workflow
