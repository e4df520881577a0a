#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "train/fit_layers.h"

namespace workflow {

/// Means and inverse deviations of features; a feature that never changes has the factor 0.
struct Standardisation {
  std::vector<float> mean;
  std::vector<float> factor;

  /// Of rows of `length` numbers.
  static Standardisation of(std::span<const float> values, std::size_t length);

  void apply(std::span<float> values) const;

  /// Changes a first layer that reads standardised rows into one that reads them as they are.
  void fold_into(Layer& layer) const;
};

}  // namespace workflow
