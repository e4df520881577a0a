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

/// The largest difference as a share of the largest number that is wanted.
inline double relative_difference(const torch::Tensor& got, const torch::Tensor& wanted) {
  REQUIRE(got.sizes() == wanted.sizes());
  return ((got - wanted).abs().max() / wanted.abs().max()).item<double>();
}

}  // namespace workflow::test
