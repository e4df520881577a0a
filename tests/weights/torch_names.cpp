#include "weights/torch_names.h"

#include "catch.h"

using namespace workflow;

TEST_CASE("Keras' words at the ends of names become PyTorch's, and nothing else changes") {
  Weights weights;
  for (const char* name :
       {"a.kernel", "a.bias", "n.gamma", "n.beta", "n.moving_mean", "n.moving_variance", "kernel", "a.kernel.b"})
    weights.tensors.push_back({name, DType::F32, {}, {}});
  std::vector<std::string> names;
  for (const TensorView& tensor : with_torch_names(weights).tensors) names.push_back(tensor.name);
  CHECK(names == std::vector<std::string>{"a.weight", "a.bias", "n.weight", "n.bias", "n.running_mean", "n.running_var",
                                          "kernel", "a.kernel.b"});
}

TEST_CASE("torchvision's older detectors get today's names, and today's stay") {
  Weights weights;
  for (const char* name : {"backbone.fpn.inner_blocks.2.weight", "backbone.fpn.layer_blocks.0.bias",
                           "head.classification_head.conv.6.weight", "head.regression_head.conv.0.bias",
                           "backbone.fpn.inner_blocks.2.0.weight", "head.classification_head.conv.3.0.weight",
                           "backbone.fpn.extra_blocks.p6.weight", "layer1.0.conv.weight", "conv.x.weight", ".weight", "."})
    weights.tensors.push_back({name, DType::F32, {}, {}});
  std::vector<std::string> names;
  for (const TensorView& tensor : with_torch_names(weights).tensors) names.push_back(tensor.name);
  CHECK(names == std::vector<std::string>{"backbone.fpn.inner_blocks.2.0.weight", "backbone.fpn.layer_blocks.0.0.bias",
                                          "head.classification_head.conv.3.0.weight", "head.regression_head.conv.0.0.bias",
                                          "backbone.fpn.inner_blocks.2.0.weight", "head.classification_head.conv.3.0.weight",
                                          "backbone.fpn.extra_blocks.p6.weight", "layer1.0.conv.weight", "conv.x.weight",
                                          ".weight", "."});
}
