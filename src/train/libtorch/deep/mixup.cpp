#include "train/libtorch/deep/mixup.h"

#include <algorithm>
#include <cmath>

#include "train/augment/random_number.h"

namespace workflow {

// Jöhnk's way (1964) takes powers of two evenly spread numbers until they sum to 1 at most; in logarithms, as the powers of a
// small alpha vanish.
double mixup_share(double alpha, std::mt19937_64& random) {
  while (true) {
    const double first = std::log(random_unit(random) + 0x1p-54) / alpha, second = std::log(random_unit(random) + 0x1p-54) / alpha;
    const double most = std::max(first, second);
    const double log_sum = most + std::log(std::exp(first - most) + std::exp(second - most));
    if (log_sum <= 0) return std::exp(first - log_sum);
  }
}

}  // namespace workflow
