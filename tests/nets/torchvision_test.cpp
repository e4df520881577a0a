#include <torch/torch.h>

#include <cstdlib>
#include <cstring>

#include "catalogue/builtin.h"
#include "catch.h"
#include "engine/compiled_net.h"
#include "model/directory.h"
#include "models.h"
#include "nets/architectures.h"
#include "nets/load_weights.h"

#include "workflow/base/error.h"
#include "workflow/catalogue/catalogue.h"
#include "workflow/model/accuracy_change.h"
#include "workflow/model/classifier.h"
#include "workflow/model/embedder.h"

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
    REQUIRE(std::system(("/usr/bin/python3 " WORKFLOW_SOURCE_DIR "/tests/nets/torchvision_reference.py " + twin.theirs +
                         " " + folder.path)
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

namespace {

// A folder of models with one in it, mobilenet-v3-small@1, of random weights.
struct OneModel {
  OneModel() {
    torch::manual_seed(5);
    for (const ModelDirectory& known : builtin_models())
      if (known.spec.id == "mobilenet-v3-small") model = known;
    const auto net = make_net(model.spec.architecture, model.spec.settings);
    const auto take = [&](const std::string& name, const torch::Tensor& tensor) {
      if (tensor.scalar_type() != torch::kFloat32) return;
      const auto flat = tensors.emplace_back(tensor.detach().contiguous());
      model.weights.tensors.push_back(
          {name, DType::F32, tensor.sizes().vec(),
           std::as_bytes(std::span(flat.data_ptr<float>(), static_cast<std::size_t>(flat.numel())))});
    };
    for (const auto& each : net->named_parameters()) take(each.key(), each.value());
    for (const auto& each : net->named_buffers()) take(each.key(), each.value());
    write_model_directory(folder.path + "/mobilenet-v3-small/1", model);
  }

  test::TemporaryFolder folder;
  ModelDirectory model;
  std::vector<torch::Tensor> tensors;
};

Image some_picture(int number) {
  std::vector<std::uint8_t> pixels(300 * 200 * 3);
  for (std::size_t i = 0; i < pixels.size(); ++i)
    pixels[i] = static_cast<std::uint8_t>((i * i / 977 + i * static_cast<std::size_t>(number)) % 256);
  return Image::copy_of(pixels, 300, 200);
}

}  // namespace

TEST_CASE("A classifier of torchvision's loads as a classifier of 1000 concepts and as an embedder of its features") {
  const OneModel one;
  const auto catalogue = Catalogue::open(one.folder.path);
  const auto classify = catalogue.load<Classifier>("mobilenet-v3-small");
  CHECK(classify.classify(some_picture(1)).size() == 1000);
  const auto embed = catalogue.load<Embedder>("mobilenet-v3-small");
  CHECK(embed.embed(some_picture(1)).values.size() == 576);
  CHECK(Embedder::from_json(embed.to_json(), &catalogue).embed(some_picture(1)).values ==
        embed.embed(some_picture(1)).values);
}

TEST_CASE("A variance below 0, which folds to NaN, is an error at load in every precision") {
  OneModel one;
  one.tensors.back().fill_(-1);  // the last normalisation's running variance
  write_model_directory(one.folder.path + "/mobilenet-v3-small/1", one.model);
  const auto catalogue = Catalogue::open(one.folder.path);
  for (const Precision precision : {Precision::Float32, Precision::BFloat16, Precision::Int8}) {
    if (!is_there(precision)) continue;
    try {
      catalogue.load<Classifier>("mobilenet-v3-small", {.precision = precision});
      FAIL("wanted an Error");
    } catch (const Error& error) {
      CHECK(error.code() == ErrorCode::InvalidModel);
      CHECK(std::string(error.what()).find("NaN") != std::string::npos);
    }
  }
}

TEST_CASE("A model tells how far another precision moves its outputs, and how often it is right before and after") {
  const OneModel one;
  const auto catalogue = Catalogue::open(one.folder.path);
  const auto full = catalogue.load<Classifier>("mobilenet-v3-small");
  CHECK(full.precision_report().inputs == 0);
  std::vector<Image> pictures;
  std::vector<std::string> truths;
  for (int i = 0; i < 6; ++i) {
    pictures.push_back(some_picture(i));
    truths.push_back(full.classify(pictures.back()).top().name);
  }
  for (const Precision precision : {Precision::BFloat16, Precision::Int8}) {
    CAPTURE(name_of(precision));
    if (!is_there(precision)) {
      CHECK_THROWS_AS(catalogue.load<Classifier>("mobilenet-v3-small", {.precision = precision}), Error);
      continue;
    }
    const auto reduced = catalogue.load<Classifier>("mobilenet-v3-small", {.precision = precision, .calibration = pictures});
    CHECK(reduced.precision() == precision);
    const PrecisionReport report = reduced.precision_report();
    CHECK(report.precision == precision);
    CHECK(report.inputs == 6);
    CHECK_FALSE(report.is_made_up);
    CHECK(report.mean_change > 0);
    CHECK(report.mean_change < 0.2);
    CHECK(report.worst_change >= report.mean_change);
    const AccuracyChange change = accuracy_change(full, reduced, pictures, truths);
    CHECK(change.before == 1);
    CHECK(change.after == Approx(report.same_top));
    CHECK(change.text().find("of 6 pictures") != std::string::npos);
    // A graph's JSON keeps the precision; the pictures are not in it.
    const auto again = Classifier::from_json(reduced.to_json(), &catalogue);
    CHECK(again.precision() == precision);
    CHECK(again.precision_report().is_made_up);
  }
  CHECK(accuracy_change(full, full, {}, {}).after == 0);
  CHECK_THROWS_AS(accuracy_change(full, full, pictures, {}), Error);
}
