#pragma once

#include <cmath>
#include <cstdint>
#include <random>

namespace workflow {

/// Random numbers that are the same on every machine, as the standard library's distributions are not.
inline double random_unit(std::mt19937_64& random) { return static_cast<double>(random() >> 11U) * 0x1.0p-53; }

inline double random_between(double low, double high, std::mt19937_64& random) {
  return low + (high - low) * random_unit(random);
}

/// Evenly spread in the logarithm: a half is as likely as the double.
inline double random_ratio(double low, double high, std::mt19937_64& random) {
  return std::exp(random_between(std::log(low), std::log(high), random));
}

/// One of 0 to `count` - 1.
inline int random_choice(int count, std::mt19937_64& random) {
  return static_cast<int>(random_unit(random) * static_cast<double>(count));
}

/// True with this chance, 0 to 1; takes one number whatever the chance.
inline bool random_chance(double chance, std::mt19937_64& random) { return random_unit(random) < chance; }

}  // namespace workflow
