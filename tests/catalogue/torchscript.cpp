#include <cstring>
#include <filesystem>

#include "catalogue/zero_model.h"
#include "models.h"
#include "workflow/catalogue/catalogue.h"
#include "workflow/model/classifier.h"

using namespace workflow;
using Catch::Contains;
using test::error_of;

namespace fs = std::filesystem;

namespace {

const std::string golden = WORKFLOW_SOURCE_DIR "/tests/weights/golden";

// A program of tests/weights/make_pth.py with what its model.json would say.
ModelDirectory script(const std::string& kind) {
  ModelDirectory model;
  model.spec = ModelSpec::from_json(Json::parse(R"({
    "id": "script", "version": 1, "task": "test", "input": "image", "output": "concepts", "architecture": "torchscript",
    "preprocessing": {"width": 3, "height": 3, "fit": "stretch", "sampling": "linear", "colour": "rgb",
                      "mean": [0, 0, 0], "scale": [0.00392156862745098, 0.00392156862745098, 0.00392156862745098]},
    "decoding": {"kind": "softmax"},
    "licence": "MIT", "source": "made", "description": "a made-up program", "trained_on": "nothing"})"));
  model.labels = {"left", "right"};
  model.weights = read_weights(golden + "/script-" + kind + ".pt");
  return model;
}

Image grey() { return Image::copy_of(std::vector<std::uint8_t>(3 * 3 * 3, 100), 3, 3); }

}  // namespace

TEST_CASE("A TorchScript program with declared preprocessing and decoding gives PyTorch's scores") {
  const Weights wanted = read_safetensors(golden + "/script-scores.safetensors");
  std::vector<float> scores(2);
  std::memcpy(scores.data(), wanted.tensors[0].data.data(), 8);
  for (const std::string kind : {"plain", "pair", "named"}) {
    CAPTURE(kind);
    const test::TemporaryFolder folder;
    write_model_directory(folder.path + "/script/1", script(kind));
    CHECK(fs::exists(folder.path + "/script/1/weights.pt"));
    const auto classifier = Catalogue::open(folder.path).load<Classifier>("script", {.device = Device::cpu()});
    const std::vector<Image> five(5, grey());  // more than one pass
    for (const Concepts& concepts : classifier.classify(five)) {
      REQUIRE(concepts.size() == 2);
      CHECK(concepts.score("left") == Approx(scores[0]).epsilon(1e-4));
      CHECK(concepts.score("right") == Approx(scores[1]).epsilon(1e-4));
    }
  }
}

TEST_CASE("A TorchScript model is saved, copied and put beside as any other") {
  const test::TemporaryFolder folder;
  write_model_directory(folder.path + "/script/1", script("plain"));
  const auto mine = Catalogue::open(folder.path);
  const auto classifier = mine.load<Classifier>("script", {.device = Device::cpu()});
  CHECK(mine.save(classifier, "second").name() == "second@1");
  CHECK(mine.load<Classifier>("second", {.device = Device::cpu()}).classify(grey())[0].score ==
        classifier.classify(grey())[0].score);
}

TEST_CASE("Programs that give no tensors, no batch, or are broken are an error that says so") {
  const test::TemporaryFolder folder;
  const auto mine = Catalogue::open(folder.path);
  const auto load = [&] { mine.load<Classifier>("script", {.device = Device::cpu()}); };
  write_model_directory(folder.path + "/script/1", script("scalar"));
  CHECK_THAT(error_of(load).what(), Contains("whose first axis is the batch"));
  write_model_directory(folder.path + "/script/1", script("words"));
  CHECK_THAT(error_of(load).what(), Contains("wanted tensors"));

  write_model_directory(folder.path + "/script/1", script("plain"));
  const std::string file = folder.path + "/script/1/weights.pt";
  fs::resize_file(file, fs::file_size(file) / 2);
  CHECK(error_of(load).code() == ErrorCode::Unreadable);

  ModelDirectory tensors = script("plain");
  tensors.weights = test::zero_model(1).weights;
  write_model_directory(folder.path + "/script/1", tensors);
  CHECK_THAT(error_of(load).what(), Contains("TorchScript"));
}
