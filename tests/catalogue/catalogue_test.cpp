#include "workflow/catalogue/catalogue.h"

#include <cstring>
#include <fstream>
#include <thread>

#include "catalogue/builtin.h"
#include "catalogue/import_face_api.h"
#include "catalogue/zero_model.h"
#include "model/directory.h"
#include "models.h"
#include "workflow/base/error.h"
#include "workflow/base/log.h"
#include "workflow/model/classifier.h"
#include "workflow/model/detector.h"
#include "workflow/model/embedder.h"
#include "workflow/model/landmarker.h"

using namespace workflow;
using Catch::Contains;
using test::error_of;
using test::zero_model;

TEST_CASE("The built-in manifests are sorted, complete and read back as they are written") {
  const auto& models = builtin_models();
  REQUIRE(models.size() >= 5);
  for (std::size_t i = 0; i < models.size(); ++i) {
    const ModelSpec& spec = models[i].spec;
    CAPTURE(spec.id);
    CHECK((i == 0 || models[i - 1].spec.id < spec.id));
    CHECK(ModelSpec::from_json(Json::parse(spec.to_json().dump())) == spec);
    CHECK_THAT(models[i].card, Contains("# " + spec.id) && Contains("Limits") && Contains("Licence"));
    CHECK_FALSE(spec.licence.empty());
    CHECK(Catalogue::standard().get(spec.id + "@1").card == models[i].card);
  }
}

TEST_CASE("An unknown model is an error with the nearest name, a bad version one that says which there are") {
  const auto catalogue = Catalogue::standard();
  CHECK_THAT(error_of([&] { catalogue.get("face-detektor"); }).what(), Contains("nearest: \"face-detector\""));
  CHECK_THAT(error_of([&] { catalogue.get("face-detector@7"); }).what(), Contains("versions 1"));
  CHECK(error_of([&] { catalogue.get("face-detector@x"); }).code() == ErrorCode::InvalidSetting);
  CHECK(error_of([&] { catalogue.get(""); }).code() == ErrorCode::NotFound);
  CHECK(error_of([&] { catalogue.get(std::string(100'000, 'q') + "\n"); }).code() == ErrorCode::NotFound);
}

TEST_CASE("A model loaded as what it is not says what it is") {
  const auto error = error_of([] { Catalogue::standard().load<Detector>("face-expression"); });
  CHECK(error.code() == ErrorCode::TypeMismatch);
  CHECK(std::string(error.what()) ==
        "[face-expression] wanted a model that gives regions, got one that gives concepts; load it as Classifier");
}

TEST_CASE("Weights that are not there are an error that says what brings them") {
  const test::TemporaryFolder folder;
  const auto error = error_of([&] { Catalogue::standard({.folder = folder.path}).load<Embedder>("face-embedder"); });
  CHECK(error.code() == ErrorCode::NotFound);
  CHECK_THAT(error.what(), Contains("scripts/build") && Contains("workflow-import") && Contains(folder.path));
}

TEST_CASE("The folder that WORKFLOW_MIRROR names gives weights; where they are not in it, the error says how to name one") {
  const test::TemporaryFolder empty;
  const std::string mirror = test::shared_models + "/mirror";
  const auto load = [&](const std::string& folder) {
    setenv("WORKFLOW_MIRROR", folder.c_str(), 1);
    const auto catalogue = Catalogue::standard({.folder = empty.path});
    unsetenv("WORKFLOW_MIRROR");
    return catalogue.load<Detector>("yunet-face", {.device = Device::cpu()});
  };
  const auto error = error_of([&] { load(empty.path); });
  CHECK(error.code() == ErrorCode::NotFound);
  CHECK_THAT(error.what(), Contains("yunet-face.safetensors") && Contains("WORKFLOW_MIRROR"));
  std::ofstream(empty.path + "/yunet-face.safetensors") << "half of a";
  CHECK(error_of([&] { load(empty.path); }).code() == ErrorCode::Unreadable);
  if (test::is_there(mirror)) CHECK(load(mirror).labels() == std::vector<std::string>{"face"});
}

TEST_CASE("A catalogue of one's own finds the latest version and a named one, and skips what is broken") {
  const test::TemporaryFolder folder;
  const auto mine = Catalogue::open(folder.path + "/models");
  CHECK(mine.list().empty());
  write_model_directory(folder.path + "/models/nothing/1", zero_model(1));
  write_model_directory(folder.path + "/models/nothing/2", zero_model(2));
  write_model_directory(folder.path + "/models/nothing/2", zero_model(2));  // written over
  write_model_directory(folder.path + "/models/nothing/3", zero_model(4));  // lies about its version
  std::filesystem::create_directories(folder.path + "/models/nothing/9");
  REQUIRE(mine.list().size() == 1);
  CHECK(mine.list()[0].version == 2);
  CHECK(mine.get("nothing@1").spec == zero_model(1).spec);
  CHECK(mine.get("nothing").card == "# nothing\n");
  const auto detector = mine.load<Detector>("nothing@1", {.device = Device::cpu()});
  CHECK(detector.name() == "nothing@1");
  CHECK(detector.labels() == std::vector<std::string>{"face"});
  CHECK(Detector::from_json(detector.to_json(), &mine).spec() == detector.spec());
  CHECK(Detector::from_json(Json::object({{"model", "nothing"}}), &mine).spec().version == 2);
  // Nothing but what was written is left behind.
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path + "/models/nothing"))
    files += entry.path().has_filename();
  CHECK(files == 4);
}

TEST_CASE("A model's JSON without a catalogue, or with members that nobody knows, is an error") {
  const auto catalogue = Catalogue::standard();
  CHECK_THAT(error_of([] {
               Detector::from_json(Json::object({{"model", "face-detector"}}), nullptr);
             }).what(),
             Contains("catalogue"));
  CHECK_THAT(error_of([&] {
               Detector::from_json(Json::object({{"model", "face-detector"}, {"versoin", 1}}), &catalogue);
             }).what(),
             Contains("versoin"));
  CHECK_THAT(error_of([&] { Detector::from_json({}, &catalogue); }).what(), Contains("\"model\" is missing"));
}

TEST_CASE("Broken weights are one clear error each") {
  const test::TemporaryFolder folder;
  const auto mine = Catalogue::open(folder.path);
  const auto load = [&] { mine.load<Detector>("nothing", {.device = Device::cpu()}); };
  const std::string file = folder.path + "/nothing/1/weights.safetensors";

  write_model_directory(folder.path + "/nothing/1", zero_model(1));
  std::filesystem::resize_file(file, std::filesystem::file_size(file) / 2);
  CHECK(error_of(load).code() == ErrorCode::Unreadable);
  std::filesystem::remove(file);
  CHECK(error_of(load).code() == ErrorCode::NotFound);

  ModelDirectory model = zero_model(1);
  model.weights.tensors.pop_back();
  write_model_directory(folder.path + "/nothing/1", model);
  CHECK_THAT(error_of(load).what(), Contains("missing: conv8.bias [25]"));

  model = zero_model(1);
  model.weights.tensors[0].shape = {3, 16, 3, 3};
  write_model_directory(folder.path + "/nothing/1", model);
  CHECK_THAT(error_of(load).what(), Contains("misshapen: conv0.weight: wanted [16, 3, 3, 3], got [3, 16, 3, 3]"));

  model = zero_model(1);
  model.weights.tensors.push_back({"conv9.bias", DType::F32, {16}, model.weights.tensors[1].data});
  write_model_directory(folder.path + "/nothing/1", model);
  CHECK_THAT(error_of(load).what(), Contains("extra: \"conv9.bias\""));

  const std::vector<float> bad(16, std::numeric_limits<float>::quiet_NaN());
  model = zero_model(1);
  model.weights.tensors[1].data = std::as_bytes(std::span(bad));
  write_model_directory(folder.path + "/nothing/1", model);
  CHECK_THAT(error_of(load).what(), Contains("conv0.bias") && Contains("NaN"));

  write_model_directory(folder.path + "/nothing/1", zero_model(1));
  CHECK_NOTHROW(load());
}

TEST_CASE("A net whose output is NaN is an error that names the model") {
  const test::TemporaryFolder folder;
  const std::vector<float> huge(16, 3e38f);
  ModelDirectory model = zero_model(1);
  // Infinity times the zeros that follow.
  model.weights.tensors[1].data = std::as_bytes(std::span(huge));
  const std::vector<float> large(16 * 9, 3e38f);
  for (TensorView& tensor : model.weights.tensors)
    if (tensor.name == "conv1.depthwise.weight") tensor.data = std::as_bytes(std::span(large));
  write_model_directory(folder.path + "/nothing/1", model);
  const auto detector = Catalogue::open(folder.path).load<Detector>("nothing", {.device = Device::cpu()});
  const std::vector<std::uint8_t> pixels(8 * 8 * 3, 100);
  const auto error = error_of([&] { detector.detect(Image::copy_of(pixels, 8, 8)); });
  CHECK(error.code() == ErrorCode::InvalidValue);
  CHECK_THAT(error.what(), Contains("nothing@1") && Contains("NaN"));
}

TEST_CASE("Two threads that load the same model at once share its weights") {
  const test::TemporaryFolder folder;
  write_model_directory(folder.path + "/nothing/1", zero_model(1));
  const auto mine = Catalogue::open(folder.path);
  std::vector<std::unique_ptr<Detector>> loaded(4);
  std::vector<std::thread> threads;
  for (auto& slot : loaded)
    threads.emplace_back(
        [&] { slot = std::make_unique<Detector>(mine.load<Detector>("nothing", {.device = Device::cpu()})); });
  for (auto& thread : threads) thread.join();
  for (const auto& each : loaded) CHECK(&each->spec() == &loaded[0]->spec());
}

TEST_CASE("A device that is not there is an error") {
  const test::TemporaryFolder folder;
  write_model_directory(folder.path + "/nothing/1", zero_model(1));
  const auto error = error_of([&] { Catalogue::open(folder.path).load<Detector>("nothing", {.device = Device::cuda(63)}); });
  CHECK(error.code() == ErrorCode::Unavailable);
}

TEST_CASE("The import writes what is missing, and nothing when all is there") {
  if (!test::is_there(test::face_package())) return;
  const test::TemporaryFolder folder;
  CHECK(import_package(test::face_package(), folder.path).size() == 5);
  CHECK(import_package(test::face_package(), folder.path).empty());
  const std::string file = folder.path + "/face-detector/1/weights.safetensors";
  CHECK(read_safetensors(file).metadata.at("licence") == "MIT");
  std::filesystem::resize_file(file, 100);
  CHECK(import_package(test::face_package(), folder.path) == std::vector<std::string>{"face-detector"});
}

TEST_CASE("A folder without the package is an error that says what was wanted") {
  const test::TemporaryFolder folder;
  const auto error = error_of([&] { import_package(folder.path, folder.path); });
  CHECK(error.code() == ErrorCode::NotFound);
  CHECK_THAT(error.what(), Contains("@vladmandic/face-api"));
}

TEST_CASE("Tensors that no face-api net has are refused") {
  const std::vector<float> values(4);
  Weights weights;
  weights.tensors.push_back({"conv0/filters", DType::F32, {4}, std::as_bytes(std::span(values))});
  CHECK(error_of([&] { face_api_weights(weights); }).code() == ErrorCode::InvalidModel);
  weights.tensors[0] = {"conv0/wheels", DType::F32, {4}, std::as_bytes(std::span(values))};
  CHECK_THAT(error_of([&] { face_api_weights(weights); }).what(), Contains("wheels"));
}

TEST_CASE("The guide to the models has a row for each, and its pictures are there") {
  std::ifstream in(WORKFLOW_SOURCE_DIR "/docs/models.md");
  const std::string guide{std::istreambuf_iterator<char>(in), {}};
  for (const ModelDirectory& model : builtin_models()) CHECK_THAT(guide, Contains("`" + model.spec.id + "`"));
  for (std::size_t at = guide.find("](pictures/"); at != std::string::npos; at = guide.find("](pictures/", at + 1)) {
    const std::string picture = guide.substr(at + 2, guide.find(')', at) - at - 2);
    CHECK(std::filesystem::exists(WORKFLOW_SOURCE_DIR "/docs/" + picture));
  }
}
