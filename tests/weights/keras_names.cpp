#include "weights/keras_names.h"

#include "catch.h"

using namespace workflow;

TEST_CASE("Keras' words at the ends of names become PyTorch's, and nothing else changes") {
  Weights weights;
  for (const char* name : {"a.kernel", "a.bias", "n.gamma", "n.beta", "n.moving_mean", "n.moving_variance", "kernel", "a.kernel.b"})
    weights.tensors.push_back({name, DType::F32, {}, {}});
  std::vector<std::string> names;
  for (const TensorView& tensor : with_torch_names(weights).tensors) names.push_back(tensor.name);
  CHECK(names == std::vector<std::string>{"a.weight", "a.bias", "n.weight", "n.bias", "n.running_mean", "n.running_var",
                                          "kernel", "a.kernel.b"});
}
