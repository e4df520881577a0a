// torchvision's detectors: random weights and their outputs are made by Debian's python3-torchvision while the test runs.
#include <torch/torch.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "catch.h"
#include "models.h"
#include "nets/architectures.h"
#include "nets/load_weights.h"

using namespace workflow;

namespace {

// Writes weights, an input, and what the model gives before its postprocessing: boxes in pixels, raw scores.
constexpr const char* script = R"(
import json, struct, sys, torch, torchvision
torch.manual_seed(3)
torch.set_num_threads(1)
folder, name, size = sys.argv[1], sys.argv[2], int(sys.argv[3])
make = getattr(torchvision.models.detection, name)
model = make(weights=None, weights_backbone=None, num_classes=7).eval()
for key, value in model.state_dict().items():
    if key.endswith("running_var"): value.uniform_(0.5, 1.5)
    if key.endswith("running_mean"): value.normal_(0, 0.1)
x = torch.rand(2, 3, size, size)
with torch.no_grad():
    features = list(model.backbone(x).values())
    heads = model.head(features)
    images = torchvision.models.detection.image_list.ImageList(x, [(size, size)] * 2)
    anchors = model.anchor_generator(images, features)
    boxes = torch.stack([model.box_coder.decode_single(code, anchor) for code, anchor in zip(heads["bbox_regression"], anchors)])
tensors = {**{k: v for k, v in model.state_dict().items() if v.is_floating_point()},
           "test.input": x, "test.boxes": boxes / size, "test.scores": heads["cls_logits"]}
header, data = {}, []
at = 0
for key, value in tensors.items():
    raw = value.contiguous().numpy().tobytes()
    header[key] = {"dtype": "F32", "shape": list(value.shape), "data_offsets": [at, at + len(raw)]}
    at += len(raw)
    data.append(raw)
text = json.dumps(header).encode()
text += b" " * (-len(text) % 8)
open(folder + "/made.safetensors", "wb").write(struct.pack("<Q", len(text)) + text + b"".join(data))
)";

torch::Tensor taken(Weights& weights, const std::string& name) {
  const auto found = std::find_if(weights.tensors.begin(), weights.tensors.end(),
                                  [&](const TensorView& tensor) { return tensor.name == name; });
  REQUIRE(found != weights.tensors.end());
  auto result = torch::empty(found->shape);
  std::memcpy(result.data_ptr(), found->data.data(), found->data.size());
  weights.tensors.erase(found);
  return result;
}

double relative_difference(const torch::Tensor& got, const torch::Tensor& wanted) {
  REQUIRE(got.sizes() == wanted.sizes());
  return ((got - wanted).abs().max() / wanted.abs().max()).item<double>();
}

void compare(const std::string& architecture, const Json& settings, const std::string& name, int size) {
  const test::TemporaryFolder folder;
  std::ofstream(folder.path + "/make.py") << script;
  const std::string call = "/usr/bin/python3 " + folder.path + "/make.py " + folder.path + " " + name + " " +
                           std::to_string(size) + " 2>" + folder.path + "/errors";
  if (std::system("/usr/bin/python3 -c 'import torchvision' 2>/dev/null") != 0) {
    WARN("skipped, as there is no python3-torchvision");
    return;
  }
  REQUIRE(std::system(call.c_str()) == 0);
  Weights weights = read_safetensors(folder.path + "/made.safetensors");
  const auto x = taken(weights, "test.input").contiguous(torch::MemoryFormat::ChannelsLast);
  const auto boxes = taken(weights, "test.boxes"), scores = taken(weights, "test.scores");
  const auto net = make_net(architecture, settings);
  load_weights(*net, weights);
  net->prepare(x);
  const c10::InferenceMode inference;
  const auto outputs = net->forward(x);
  REQUIRE(outputs.size() == 2);
  CHECK(relative_difference(outputs[0], boxes) < 1e-4);
  CHECK(relative_difference(outputs[1], scores) < 1e-4);
}

}  // namespace

TEST_CASE("SSDlite loads torchvision's names and gives torchvision's boxes and scores") {
  compare("ssdlite", Json::object({{"classes", 7}}), "ssdlite320_mobilenet_v3_large", 320);
}

TEST_CASE("RetinaNet loads torchvision's names and gives torchvision's boxes and scores") {
  compare("retinanet", Json::object({{"classes", 7}, {"most", 0}}), "retinanet_resnet50_fpn", 160);
}

TEST_CASE("RetinaNet gives its best boxes alone where a number is asked for") {
  torch::manual_seed(4);
  const auto net = make_net("retinanet", Json::object({{"classes", 3}, {"most", 0}}));
  const auto few = make_net("retinanet", Json::object({{"classes", 3}, {"most", 5}}));
  const torch::NoGradGuard no_gradient;
  for (const auto& parameter : few->named_parameters()) parameter.value().copy_(net->named_parameters()[parameter.key()]);
  net->train(false);
  few->train(false);
  const auto x = torch::rand({1, 3, 64, 64});
  const auto all = net->forward(x)[1], best = few->forward(x)[1];
  CHECK(best.sizes() == torch::IntArrayRef({1, 5, 3}));
  CHECK(best.max().item<float>() == all.max().item<float>());
}
