#include <torch/torch.h>

#include <cstdlib>
#include <cstring>

#include "catch.h"
#include "models.h"
#include "nets/architectures.h"
#include "nets/load_weights.h"

using namespace workflow;

namespace {

struct Twin {
  std::string theirs;  // torchvision's name
  std::string architecture;
  Json settings;
};

Json with(Json settings, bool features) {
  settings["outputs"] = 1000;
  settings["features"] = features;
  return settings;
}

const std::vector<Twin> twins = {{"resnet18", "resnet", Json::object({{"layers", 18}})},
                                 {"resnet34", "resnet", Json::object({{"layers", 34}})},
                                 {"resnet50", "resnet", Json::object({{"layers", 50}})},
                                 {"resnet101", "resnet", Json::object({{"layers", 101}})},
                                 {"mobilenet_v2", "mobilenet-v2", Json::object({})},
                                 {"mobilenet_v3_small", "mobilenet-v3", Json::object({{"size", "small"}})},
                                 {"mobilenet_v3_large", "mobilenet-v3", Json::object({{"size", "large"}})},
                                 {"efficientnet_b0", "efficientnet-b0", Json::object({})}};

torch::Tensor tensor(const Weights& weights, const std::string& name) {
  const TensorView* view = weights.find(name);
  REQUIRE(view);
  auto result = torch::empty(view->shape);
  std::memcpy(result.data_ptr(), view->data.data(), view->data.size());
  return result;
}

double relative_difference(const torch::Tensor& got, const torch::Tensor& wanted) {
  return ((got - wanted).abs().max() / wanted.abs().max()).item<double>();
}

}  // namespace

TEST_CASE("Nets of torchvision's give what its own do on the same random weights, as classifier and as trunk") {
  // Debian's own Python, whatever else may stand before it in the path.
  if (std::system("/usr/bin/python3 -c 'import torchvision' >/dev/null 2>&1") != 0) {
    WARN("skipped: there is no python3-torchvision");
    return;
  }
  for (const Twin& twin : twins) {
    CAPTURE(twin.theirs);
    const test::TemporaryFolder folder;
    REQUIRE(std::system(("/usr/bin/python3 " WORKFLOW_SOURCE_DIR "/tests/nets/torchvision_reference.py " + twin.theirs + " " +
                         folder.path)
                            .c_str()) == 0);
    const Weights weights = read_safetensors(folder.path + "/weights.safetensors");
    const Weights golden = read_safetensors(folder.path + "/golden.safetensors");
    const auto picture = tensor(golden, "picture");
    for (const bool features : {false, true}) {
      const auto wanted = tensor(golden, features ? "features" : "scores");
      const auto net = make_net(twin.architecture, with(twin.settings, features));
      load_weights(*net, weights);
      net->train(false);
      {
        const torch::NoGradGuard no_gradient;
        CHECK(relative_difference(net->forward(picture)[0], wanted) < 1e-4);
      }
      net->prepare(picture.contiguous(torch::MemoryFormat::ChannelsLast));
      const c10::InferenceMode inference;
      CHECK(relative_difference(net->forward(picture)[0], wanted) < 1e-4);
    }
  }
}
