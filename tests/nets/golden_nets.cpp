// The catalogue's nets against the outputs that tests/golden/make.py gave, layer by layer in plain PyTorch.
#include <torch/torch.h>

#include <array>

#include "catch.h"
#include "models.h"
#include "nets/architectures.h"
#include "nets/centernet.h"
#include "nets/load_weights.h"
#include "nets/tensors.h"

using namespace workflow;
using test::relative_difference;
using test::pattern;
using test::tensor;

namespace {

const std::string golden_folder = WORKFLOW_SOURCE_DIR "/tests/golden/";
const std::string mirror = test::shared_models + "/mirror/";

torch::Tensor half_scaled(const torch::Tensor& x) { return (x - 127.5) / 127.5; }

// The outputs of the net as it is made, and as it runs once it is prepared.
std::array<std::vector<torch::Tensor>, 2> outputs_of(Net& net, const torch::Tensor& input) {
  const auto x = input.contiguous(torch::MemoryFormat::ChannelsLast);
  net.train(false);
  std::vector<torch::Tensor> plain;
  {
    const torch::NoGradGuard no_gradient;
    plain = net.forward(x);
  }
  net.prepare(x);
  const c10::InferenceMode inference;
  return {plain, net.forward(x)};
}

std::shared_ptr<Net> loaded(const std::string& architecture, const Json& settings, const std::string& file) {
  auto net = make_net(architecture, settings);
  load_weights(*net, read_safetensors(file));
  return net;
}

}  // namespace

TEST_CASE("CenterNet and the embedder on its trunk equal the package's own graph") {
  const std::string package = test::npm_package("vladmandic-human-3.3.6");
  if (!test::is_there(package)) return;
  const Weights golden = read_safetensors(golden_folder + "centernet.safetensors");
  const std::string& models = test::models_of(package);

  const auto detector =
      loaded("centernet", Json::object({{"classes", 80}}), models + "/object-detector/1/weights.safetensors");
  for (const auto& outputs : outputs_of(*detector, pattern(128))) {
    CHECK(relative_difference(outputs[0].slice(1, 0, 4), tensor(golden, "heat")) < 1e-4);
    CHECK(relative_difference(outputs[1], tensor(golden, "distances")) < 1e-4);
  }
  const auto embedder = loaded("centernet-features", {}, models + "/image-embedder/1/weights.safetensors");
  for (const auto& outputs : outputs_of(*embedder, pattern(128)))
    CHECK(relative_difference(outputs[0], tensor(golden, "features")) < 1e-4);
}

TEST_CASE("nsfwjs's MobileNetV2, its normalisation not folded, equals its golden output") {
  const std::string package = test::npm_package("nsfwjs-4.3.0");
  if (!test::is_there(package)) return;
  const Weights golden = read_safetensors(golden_folder + "nsfwjs.safetensors");
  const Json settings =
      Json::object({{"outputs", 5}, {"batch_norm", true}, {"hidden", Json::array({Json(256), Json(128)})}});
  const auto net = loaded("tf-mobilenet-v2", settings, test::models_of(package) + "/image-moderation/1/weights.safetensors");
  for (const auto& outputs : outputs_of(*net, pattern(224) / 255))
    CHECK(relative_difference(outputs[0], tensor(golden, "logits")) < 1e-4);
}

TEST_CASE("MobileNetV2's scores and the features of four of its blocks equal their golden outputs") {
  if (!test::is_there(mirror)) return;
  const Weights golden = read_safetensors(golden_folder + "mobilenet-v2-imagenet.safetensors");
  const std::string file = mirror + "mobilenet-v2-imagenet.safetensors";
  const auto classifier = loaded("tf-mobilenet-v2", Json::object({{"outputs", 1000}, {"background", true}}), file);
  for (const auto& outputs : outputs_of(*classifier, half_scaled(pattern(224))))
    CHECK(relative_difference(outputs[0], tensor(golden, "logits")) < 1e-4);

  const Json blocks = Json::array({Json(10), Json(12), Json(14), Json(16)});
  const auto embedder =
      loaded("tf-mobilenet-v2",
             Json::object({{"outputs", 1000}, {"background", true}, {"features", true}, {"blocks", blocks}}), file);
  for (const auto& outputs : outputs_of(*embedder, half_scaled(pattern(224))))
    CHECK(relative_difference(outputs[0], tensor(golden, "features")) < 1e-4);
}

TEST_CASE("MobileNetV2's features without blocks are its pooled last map") {
  const auto net = make_net("tf-mobilenet-v2", Json::object({{"outputs", 2}, {"features", true}}));
  net->train(false);
  CHECK(net->forward(torch::zeros({2, 3, 64, 64}))[0].sizes() == torch::IntArrayRef({2, 1280}));
}

TEST_CASE("face-api's small Xception equals its golden age and gender") {
  if (!test::is_there(test::face_package())) return;
  const Weights golden = read_safetensors(golden_folder + "age-gender.safetensors");
  const auto net = loaded("tiny-xception", {}, test::face_models() + "/face-age-gender/1/weights.safetensors");
  const auto x = (pattern(112) - torch::tensor({122.782f, 117.001f, 104.298f}).view({1, 3, 1, 1})) / 255;
  for (const auto& outputs : outputs_of(*net, x)) {
    CHECK(relative_difference(outputs[0], tensor(golden, "age")) < 1e-4);
    CHECK(relative_difference(outputs[1], tensor(golden, "gender")) < 1e-4);
  }
}

TEST_CASE("FastestDet equals its golden output, all cells of it") {
  if (!test::is_there(mirror)) return;
  const Weights golden = read_safetensors(test::shared_models + "/golden/fastestdet-coco.safetensors");
  const auto net = loaded("fastestdet", Json::object({{"classes", 80}}), mirror + "fastestdet-coco.safetensors");
  for (const auto& outputs : outputs_of(*net, tensor(golden, "bgr01")))
    CHECK(relative_difference(outputs[0], tensor(golden, "output")) < 1e-4);
}

TEST_CASE("The mirror's small classifiers and its SSD equal their golden outputs") {
  if (!test::is_there(mirror)) return;
  const Weights golden = read_safetensors(golden_folder + "mirror.safetensors");
  const auto mobilenet = loaded("tf-mobilenet-v1", Json::object({{"outputs", 1000}, {"width", 0.25}, {"background", true}}),
                                mirror + "mobilenet-v1-025-imagenet.safetensors");
  for (const auto& outputs : outputs_of(*mobilenet, half_scaled(pattern(224))))
    CHECK(relative_difference(outputs[0], tensor(golden, "mobilenet-v1")) < 1e-4);

  const auto darknet =
      loaded("tiny-darknet", Json::object({{"outputs", 1000}}), mirror + "tiny-darknet-imagenet.safetensors");
  for (const auto& outputs : outputs_of(*darknet, pattern(224) / 255))
    CHECK(relative_difference(outputs[0], tensor(golden, "tiny-darknet")) < 1e-4);

  const auto ssd = loaded("ssd-mobilenet-v1", Json::object({{"classes", 90}}), mirror + "ssd-mobilenet-v1-coco.safetensors");
  for (const auto& outputs : outputs_of(*ssd, half_scaled(pattern(300)))) {
    CHECK(relative_difference(outputs[0], tensor(golden, "ssd boxes")) < 1e-4);
    CHECK(relative_difference(outputs[1].slice(2, 0, 4), tensor(golden, "ssd scores")) < 1e-4);
  }
}

TEST_CASE("TensorFlow's old resize to twice the size keeps what was there and puts means between") {
  const auto x = torch::tensor({{1.0f, 3.0f}, {5.0f, 11.0f}}).view({1, 1, 2, 2});
  const auto wanted = torch::tensor(
      {{1.0f, 2.0f, 3.0f, 3.0f}, {3.0f, 5.0f, 7.0f, 7.0f}, {5.0f, 8.0f, 11.0f, 11.0f}, {5.0f, 8.0f, 11.0f, 11.0f}});
  CHECK(torch::equal(tf_twice_the_size(x)[0][0], wanted));
}
