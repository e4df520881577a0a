#pragma once

namespace workflow {

/// The regularised incomplete beta function I_x(a, b): a, b > 0, x in 0..1. By Lentz's continued fraction
/// (Press et al., Numerical Recipes, 6.4); to about 1e-14.
double incomplete_beta(double a, double b, double x);

/// The x at which it is p.
double incomplete_beta_inverse(double a, double b, double p);

}  // namespace workflow
