#pragma once

#include <torch/torch.h>

#include <cstring>
#include <string>

#include "catch.h"
#include "weights/weights.h"

namespace workflow::test {

/// A tensor of 32-bit floats out of a file.
inline torch::Tensor tensor(const Weights& weights, const std::string& name) {
  const TensorView* view = weights.find(name);
  REQUIRE(view);
  auto result = torch::empty(view->shape);
  std::memcpy(result.data_ptr(), view->data.data(), view->data.size());
  return result;
}

/// A made picture, [1, 3, side, side] of 0..255, as tests/golden/make.py makes it: whole numbers, so that it is the same to the
/// last bit.
inline torch::Tensor pattern(std::int64_t side) {
  auto x = torch::empty({1, 3, side, side});
  auto at = x.accessor<float, 4>();
  for (std::int64_t c = 0; c < 3; ++c)
    for (std::int64_t row = 0; row < side; ++row)
      for (std::int64_t column = 0; column < side; ++column)
        at[0][c][row][column] = static_cast<float>((17 * column + 29 * row + 71 * c + 3 * column * row) % 256);
  return x;
}

/// The largest difference as a share of the largest number that is wanted.
inline double relative_difference(const torch::Tensor& got, const torch::Tensor& wanted) {
  REQUIRE(got.sizes() == wanted.sizes());
  return ((got - wanted).abs().max() / wanted.abs().max()).item<double>();
}

}  // namespace workflow::test
