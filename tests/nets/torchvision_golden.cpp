// torchvision's classifiers against its own outputs, where no Python is: both sides make the weights by one rule
// (tests/golden/make_torchvision.py).
#include "catch.h"
#include "nets/architectures.h"
#include "nets/tensors.h"

using namespace workflow;

namespace {

std::uint32_t mixed(std::uint32_t x) {
  x = (x ^ (x >> 16)) * 0x85EBCA6BU;
  x = (x ^ (x >> 13)) * 0xC2B2AE35U;
  return x ^ (x >> 16);
}

void make(const std::string& name, torch::Tensor tensor, float gain) {
  std::uint32_t seed = 0x811C9DC5U;
  for (const char c : name) seed = (seed ^ static_cast<unsigned char>(c)) * 0x01000193U;
  const auto flat = torch::empty({tensor.numel()});
  float* values = flat.data_ptr<float>();
  for (std::int64_t i = 0; i < tensor.numel(); ++i)
    values[i] = static_cast<float>(mixed(seed + static_cast<std::uint32_t>(i)) >> 16) / 65536 - 0.5f;
  const bool is_weight = name.ends_with("weight");
  if (name.ends_with("running_var") || (tensor.dim() == 1 && is_weight)) {
    flat.add_(1);
  } else if (tensor.dim() == 1) {
    flat.div_(8);
  } else {
    float step = 2;
    while (step * step * static_cast<float>(tensor[0].numel()) > gain) step /= 2;
    flat.mul_(step);
  }
  tensor.copy_(flat.view(tensor.sizes()));
}

void compare(const std::string& theirs, const std::string& architecture, Json settings, float gain) {
  INFO(theirs);
  const Weights golden = read_safetensors(WORKFLOW_SOURCE_DIR "/tests/golden/torchvision.safetensors");
  const auto wanted = test::tensor(golden, theirs);

  settings["outputs"] = 7;
  const auto net = make_net(architecture, settings);
  const torch::NoGradGuard no_gradient;
  for (const auto& parameter : net->named_parameters()) make(parameter.key(), parameter.value(), gain);
  for (const auto& buffer : net->named_buffers())
    if (buffer.value().is_floating_point()) make(buffer.key(), buffer.value(), gain);
  net->train(false);
  CHECK(test::relative_difference(net->forward(test::pattern(64) / 128 - 1)[0], wanted) < 1e-4);
}

}  // namespace

TEST_CASE("ResNets under torchvision's names give torchvision's outputs, without Python") {
  for (const int layers : {18, 34, 50, 101})
    compare("resnet" + std::to_string(layers), "resnet", Json::object({{"layers", layers}}), 24);
}

TEST_CASE("Mobile nets under torchvision's names give torchvision's outputs, without Python") {
  compare("mobilenet_v2", "mobilenet-v2", Json::object({}), 24);
  compare("mobilenet_v3_small", "mobilenet-v3", Json::object({{"size", "small"}}), 48);
  compare("mobilenet_v3_large", "mobilenet-v3", Json::object({{"size", "large"}}), 48);
  compare("efficientnet_b0", "efficientnet-b0", Json::object({}), 48);
}
