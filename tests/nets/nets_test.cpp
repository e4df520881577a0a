#include <torch/torch.h>

#include <limits>

#include "catch.h"
#include "model/decode/boxes.h"
#include "models.h"
#include "nets/architectures.h"
#include "nets/load_weights.h"
#include "nets/tensors.h"
#include "workflow/base/error.h"

using namespace workflow;
using test::relative_difference;
using test::tensor;

namespace {

const std::vector<std::pair<std::string, std::int64_t>> kinds = {
    {"tiny-yolo", 160},     {"face-features", 112},  {"face-embedder", 150},     {"yunet", 96},
    {"tiny-xception", 112}, {"centernet", 64},       {"centernet-features", 64}, {"fastestdet", 64},
    {"tiny-darknet", 64},   {"tf-mobilenet-v1", 64}, {"tf-mobilenet-v2", 64},    {"ssd-mobilenet-v1", 300},
    {"resnet", 64},         {"mobilenet-v2", 64},    {"mobilenet-v3", 64},       {"efficientnet-b0", 64}};

Json settings_of(const std::string& architecture) {
  if (architecture == "tiny-yolo") return Json::object({{"anchors", 5}});
  if (architecture == "face-features" || architecture == "tiny-darknet") return Json::object({{"outputs", 7}});
  if (architecture == "tf-mobilenet-v1") return Json::object({{"outputs", 7}, {"width", 0.25}});
  if (architecture == "tf-mobilenet-v2") return Json::object({{"outputs", 7}, {"batch_norm", true}});
  if (architecture == "centernet" || architecture == "fastestdet" || architecture == "ssd-mobilenet-v1")
    return Json::object({{"classes", 3}});
  if (architecture == "resnet") return Json::object({{"layers", 18}, {"outputs", 10}});
  if (architecture == "mobilenet-v2" || architecture == "efficientnet-b0") return Json::object({{"outputs", 10}});
  if (architecture == "mobilenet-v3") return Json::object({{"size", "small"}, {"outputs", 10}});
  return {};
}

// face-api's nets take (rgb - mean) / 255.
torch::Tensor normalised(const torch::Tensor& rgb) {
  return (rgb - torch::tensor({122.782f, 117.001f, 104.298f}).view({1, 3, 1, 1})) / 255;
}

// A net's own tensors as weights, in storage of their own.
struct Copied {
  explicit Copied(const Net& net) {
    for (const auto& item : net.named_parameters()) add(item.key(), item.value());
    for (const auto& item : net.named_buffers())
      if (item.value().scalar_type() == torch::kFloat32) add(item.key(), item.value());
    for (std::size_t i = 0; i < weights.tensors.size(); ++i) weights.tensors[i].data = std::as_bytes(std::span(values[i]));
  }
  void add(const std::string& name, const torch::Tensor& t) {
    const auto flat = t.detach().contiguous();
    values.emplace_back(flat.data_ptr<float>(), flat.data_ptr<float>() + flat.numel());
    weights.tensors.push_back({name, DType::F32, t.sizes().vec(), {}});
  }
  std::vector<std::vector<float>> values;
  Weights weights;
};

std::string message_of_loading(Net& net, const Weights& weights) {
  try {
    load_weights(net, weights);
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::InvalidModel);
    const std::string message = error.what();
    CHECK(message.substr(0, message.find('\n')).size() <= 200);
    return message;
  }
  return "";
}

}  // namespace

TEST_CASE("Prepared nets give what the plain ones give, at every batch size") {
  torch::manual_seed(1);
  for (const auto& [architecture, size] : kinds) {
    CAPTURE(architecture);
    const auto net = make_net(architecture, settings_of(architecture));
    // Batch statistics other than 0 and 1, so that folding them shows.
    for (const auto& buffer : net->named_buffers())
      if (buffer.value().scalar_type() == torch::kFloat32) buffer.value().uniform_(0.5, 1.5);
    net->train(false);
    const auto x = torch::randn({3, 3, size, size}).contiguous(torch::MemoryFormat::ChannelsLast);
    std::vector<torch::Tensor> plain;
    {
      const torch::NoGradGuard no_gradient;
      plain = net->forward(x);
    }
    net->prepare(x.slice(0, 0, 1));
    const c10::InferenceMode inference;
    const auto prepared = net->forward(x);
    REQUIRE(prepared.size() == plain.size());
    const auto alone = net->forward(x.slice(0, 1, 2));
    for (std::size_t i = 0; i < plain.size(); ++i) {
      CHECK(relative_difference(prepared[i], plain[i]) < 1e-4);
      CHECK(relative_difference(alone[i], plain[i].slice(0, 1, 2)) < 1e-4);
    }
  }
}

TEST_CASE("A prepared net can be trained again") {
  for (const auto& [architecture, size] : kinds) {
    CAPTURE(architecture);
    const auto net = make_net(architecture, settings_of(architecture));
    const auto x = torch::randn({2, 3, size, size});
    net->prepare(x);
    CHECK(net->is_prepared());
    net->train();
    CHECK_FALSE(net->is_prepared());
    torch::Tensor loss = torch::zeros({});
    for (const auto& output : net->forward(x)) loss = loss + output.square().mean();
    loss.backward();
    for (const auto& parameter : net->named_parameters()) {
      CAPTURE(parameter.key());
      CHECK(parameter.value().grad().defined());
    }
  }
}

TEST_CASE("Pooling by element-wise maxima equals max_pool2d in ceil mode, on odd sizes too") {
  for (const std::int64_t height : {1, 2, 5, 8})
    for (const std::int64_t width : {1, 3, 6}) {
      const auto x = torch::randn({2, 4, height, width});
      const auto wanted = torch::max_pool2d(x, 2, 2, 0, 1, true);
      const torch::NoGradGuard no_gradient;
      CHECK(torch::equal(max_pool_2x2(x), wanted));
    }
}

TEST_CASE("face-api's nets equal their golden outputs, plain and prepared") {
  struct Case {
    std::string id, golden, output;
    Json settings;
    std::string architecture;
  };
  const std::vector<Case> cases = {
      {"face-expression", "face-api-face-expression", "logits", Json::object({{"outputs", 7}}), "face-features"},
      {"face-landmarks", "face-api-face-landmark-68", "logits", Json::object({{"outputs", 136}}), "face-features"},
      {"face-embedder", "face-api-face-recognition", "embedding", {}, "face-embedder"}};
  if (!test::is_there(test::shared_models) || !test::is_there(test::face_package())) return;
  for (const Case& each : cases) {
    CAPTURE(each.id);
    const Weights golden = read_safetensors(test::shared_models + "/golden/" + each.golden + ".safetensors");
    const auto net = make_net(each.architecture, each.settings);
    load_weights(*net, read_safetensors(test::face_models() + "/" + each.id + "/1/weights.safetensors"));
    const auto x = normalised(tensor(golden, "rgb")).contiguous(torch::MemoryFormat::ChannelsLast);
    const auto wanted = tensor(golden, each.output);
    net->train(false);
    {
      const torch::NoGradGuard no_gradient;
      CHECK(relative_difference(net->forward(x)[0], wanted) < 1e-4);
    }
    net->prepare(x);
    const c10::InferenceMode inference;
    CHECK(relative_difference(net->forward(x)[0], wanted) < 1e-4);
  }
}

TEST_CASE("YuNet equals its golden output, all rows of it") {
  if (!test::is_there(test::shared_models)) return;
  const Weights golden = read_safetensors(test::shared_models + "/golden/yunet-face.safetensors");
  const auto net = make_net("yunet", {});
  load_weights(*net, read_safetensors(test::shared_models + "/mirror/yunet-face.safetensors"));
  const auto x = tensor(golden, "bgr").contiguous(torch::MemoryFormat::ChannelsLast);
  const int height = static_cast<int>(x.size(2)), width = static_cast<int>(x.size(3));
  net->prepare(x);
  const c10::InferenceMode inference;
  const auto cells = net->forward(x)[0].contiguous();
  const auto regions =
      yunet_regions({cells.data_ptr<float>(), static_cast<std::size_t>(cells.numel())}, width, height, -1.0f);
  const auto wanted = tensor(golden, "output");
  REQUIRE(static_cast<std::int64_t>(regions.size()) == wanted.size(0));
  auto got = torch::empty(wanted.sizes());
  auto row = got.accessor<float, 2>();
  const float w = static_cast<float>(width), h = static_cast<float>(height);
  for (std::int64_t i = 0; i < got.size(0); ++i) {
    const RawRegion& region = regions[static_cast<std::size_t>(i)];
    row[i][0] = region.score;
    row[i][1] = region.box.left * w, row[i][2] = region.box.top * h, row[i][3] = region.box.right * w,
    row[i][4] = region.box.bottom * h;
    for (std::size_t k = 0; k < 5; ++k) {
      row[i][static_cast<std::int64_t>(5 + 2 * k)] = region.points[k].x * w;
      row[i][static_cast<std::int64_t>(6 + 2 * k)] = region.points[k].y * h;
    }
  }
  CHECK(relative_difference(got.slice(1, 0, 1), wanted.slice(1, 0, 1)) < 1e-4);
  CHECK(relative_difference(got.slice(1, 1), wanted.slice(1, 1)) < 1e-4);
}

TEST_CASE("Half and bfloat16 weights are converted") {
  const auto net = make_net("tiny-yolo", settings_of("tiny-yolo"));
  Copied copied(*net);
  for (const auto& [type, torch_type] : {std::pair{DType::F16, torch::kFloat16}, std::pair{DType::BF16, torch::kBFloat16}}) {
    const auto half = torch::full({16}, 1.5).to(torch_type);
    for (TensorView& view : copied.weights.tensors)
      if (view.name == "conv0.bias") {
        view.dtype = type;
        view.data = {static_cast<const std::byte*>(half.data_ptr()), 32};
      }
    load_weights(*net, copied.weights);
    CHECK(net->named_parameters()["conv0.bias"].eq(1.5).all().item<bool>());
  }
}

TEST_CASE("Weights that do not fit are one error that lists every tensor with the nearest name") {
  const auto net = make_net("tiny-yolo", settings_of("tiny-yolo"));
  Copied copied(*net);
  auto& tensors = copied.weights.tensors;
  REQUIRE(tensors[0].name == "conv0.weight");
  tensors[0].name = "conv0.wait";
  REQUIRE(tensors[1].name == "conv0.bias");
  tensors[1].shape = {4, 4};
  const std::string message = message_of_loading(*net, copied.weights);
  CHECK(message.find("missing: conv0.weight [16, 3, 3, 3]; nearest: \"conv0.wait\"\n") != std::string::npos);
  CHECK(message.find("extra: \"conv0.wait\" [16, 3, 3, 3]; nearest: \"conv0.weight\"") != std::string::npos);
  CHECK(message.find("misshapen: conv0.bias: wanted [16], got [4, 4]") != std::string::npos);
  CHECK_FALSE(message_of_loading(*net, {}).empty());
}

TEST_CASE("Weights that hold NaN or infinity are an error that names the tensor") {
  const auto net = make_net("tiny-yolo", settings_of("tiny-yolo"));
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    Copied copied(*net);
    copied.values[1][3] = bad;
    CHECK(message_of_loading(*net, copied.weights).find("conv0.bias") != std::string::npos);
  }
}

TEST_CASE("Weights of whole numbers are an error that names the tensor") {
  const auto net = make_net("tiny-yolo", settings_of("tiny-yolo"));
  Copied copied(*net);
  copied.weights.tensors[1].dtype = DType::I32;
  CHECK(message_of_loading(*net, copied.weights).find("conv0.bias: wanted F32") != std::string::npos);
}

TEST_CASE("Unknown architectures and settings are errors with the nearest name") {
  using Catch::Contains;
  CHECK_THROWS_WITH(make_net("tiny-yola", {}), Contains("nearest: \"tiny-yolo\""));
  CHECK_THROWS_WITH(make_net("tiny-yolo", {}), Contains("\"anchors\" is missing"));
  CHECK_THROWS_WITH(make_net("tiny-yolo", Json::object({{"anchors", 0}})), Contains("1 to 100"));
  CHECK_THROWS_WITH(make_net("face-features", Json::object({{"outputs", 1'000'000'000}})), Contains("100000"));
  CHECK_THROWS_WITH(make_net("yunet", Json::object({{"anchors", 5}})), Contains("unknown"));
}
