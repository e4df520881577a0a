#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "train/fit_layers.h"

namespace workflow {

/// The space that some rows span, where they are fewer than the features: a linear head under an L2 penalty has its optimum
/// there (the representer theorem; Kimeldorf, Wahba 1971), and is found in it from as many numbers a row as there are rows.
/// Rows that hold NaN give places that do. Throws Error (Failed) where LibTorch fails.
class RowSpace {
 public:
  /// Views the rows' values.
  RowSpace(const Rows& rows, int threads);

  /// Numbers a row has in here: that of the rows.
  std::size_t size() const { return size_; }

  /// The place in this space of values of the full length, [n, length] to [n, size()], row-major: of examples, their
  /// projection on it. Distances and products of the rows that span it stay what they were.
  std::vector<float> project(std::span<const float> values) const;

  /// A layer on the full length that says of each input what `layer` says of its projection.
  Layer full(const Layer& layer) const;

 private:
  std::span<const float> rows_;
  std::size_t length_ = 0, size_ = 0;
  int threads_ = 1;
  std::vector<float> whitening_;  // [size, size], upper triangular: takes products with the rows to the place
};

}  // namespace workflow
