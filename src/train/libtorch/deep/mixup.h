#pragma once

#include <random>

namespace workflow {

/// The share of the first of two mixed inputs, drawn from a beta distribution with both parameters `alpha`, above 0 and at most 1, the same on every
/// machine. Zhang et al.: mixup: Beyond Empirical Risk Minimization (2018).
double mixup_share(double alpha, std::mt19937_64& random);

}  // namespace workflow
