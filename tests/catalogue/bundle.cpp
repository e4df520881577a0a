#include "workflow/catalogue/bundle.h"

#include <filesystem>
#include <fstream>

#include "catalogue/zero_model.h"
#include "models.h"
#include "workflow/model/classifier.h"
#include "workflow/model/detector.h"
#include "workflow/operators/operators.h"
#include "workflow/run/executor.h"

using namespace workflow;
using Catch::Contains;
using test::error_of;

namespace fs = std::filesystem;

namespace {

std::string text_of(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Something is found everywhere by a net of zeros, as soon as its threshold is low.
Graph small_graph(const Catalogue& catalogue) {
  ConceptGraph words;
  words.synonym("face", "visage");
  Graph graph("small");
  graph.input<Image>("photo")
      .then(catalogue.load<Detector>("nothing", {.device = Device::cpu()}))
      .named("found")
      .then(MapConcepts{.relations = words})
      .named("said");
  return graph;
}

struct Bundled {
  test::TemporaryFolder folder;
  std::string file = folder.path + "/small.wfz";
  std::string fingerprint;

  Bundled() {
    ModelDirectory model = test::zero_model(3);
    model.spec.decoding["threshold"] = 0.1;
    write_model_directory(folder.path + "/models/nothing/3", model);
    fingerprint = bundle(small_graph(Catalogue::open(folder.path + "/models")), file);
    fs::remove_all(folder.path + "/models");  // another machine has none of it
  }
};

std::string fault(const std::string& file) {
  const Error error = error_of([&] { open_bundle(file); });
  CHECK(error.code() == ErrorCode::Unreadable);
  return error.what();
}

}  // namespace

TEST_CASE("A bundle opens where nothing of it is, and does what the graph did") {
  const Bundled made;
  const Bundle opened = open_bundle(made.file, {.fingerprint = made.fingerprint});
  CHECK(opened.graph.name() == "small");
  CHECK(opened.fingerprint == made.fingerprint);
  CHECK(opened.catalogue.list().at(0).name() == "nothing@3");
  CHECK(opened.catalogue.get("nothing").card == "# nothing\n");

  const auto said = opened.graph.port<Region>("said");
  Executor executor({.device = Device::cpu()});
  const std::vector<Image> photos = {Image::copy_of(std::vector<std::uint8_t>(64 * 64 * 3, 100), 64, 64)};
  for (const Result& result : executor.run(opened.graph, photos)) {
    REQUIRE(result.ok());
    REQUIRE_FALSE(result[said].empty());
    CHECK(result[said].front()->concepts.top().name == "visage");
  }
}

TEST_CASE("The same graph gives the same bytes") {
  const Bundled one, two;
  CHECK(text_of(one.file) == text_of(two.file));
  CHECK(one.fingerprint == two.fingerprint);
  const test::TemporaryFolder folder;
  CHECK(bundle(open_bundle(one.file).graph, folder.path + "/again.wfz") == one.fingerprint);
}

TEST_CASE("Whatever is changed in a bundle, put in or taken out is told") {
  const Bundled made;
  const std::string whole = text_of(made.file);
  const auto with = [&](const std::string& text) {
    std::ofstream(made.file, std::ios::binary) << text;
    return fault(made.file);
  };
  for (const std::string part : {"\"small\"", "# nothing", "\"threshold\"", "\"photo\""}) {
    std::string changed = whole;
    const std::size_t at = changed.find(part);
    REQUIRE(at != std::string::npos);
    changed[at + 2] = static_cast<char>(changed[at + 2] ^ 1);
    CHECK_THAT(with(changed), Contains("changed or damaged"));
  }
  // One bit anywhere: the entries, their directory, the list of sums. Padding alone may go unnoticed.
  int noticed = 0, tried = 0;
  for (std::size_t at = 0; at < whole.size(); at += whole.size() / 97, ++tried) {
    std::string changed = whole;
    changed[at] = static_cast<char>(changed[at] ^ 4);
    std::ofstream(made.file, std::ios::binary) << changed;
    try {
      open_bundle(made.file);
    } catch (const Error&) {
      ++noticed;
    }
  }
  CHECK(noticed >= tried - 2);
  for (const std::size_t length : {std::size_t{0}, std::size_t{10}, whole.size() / 2, whole.size() - 1})
    with(whole.substr(0, length));
  CHECK_THAT(with("hello"), Contains("zip"));
}

TEST_CASE("Another bundle than the one that was told is refused by its fingerprint") {
  const Bundled made;
  const Error error = error_of([&] { open_bundle(made.file, {.fingerprint = std::string(64, '0')}); });
  CHECK(error.code() == ErrorCode::Unreadable);
  CHECK_THAT(error.what(), Contains("another bundle") && Contains(made.fingerprint));
}

TEST_CASE("A bundle's catalogue is only read") {
  const Bundled made;
  const Bundle opened = open_bundle(made.file);
  const auto detector = opened.catalogue.load<Detector>("nothing", {.device = Device::cpu()});
  CHECK(error_of([&] { opened.catalogue.save(detector, "other"); }).code() == ErrorCode::InvalidSetting);
  CHECK(error_of([&] { opened.catalogue.copy("nothing", "other"); }).code() == ErrorCode::InvalidSetting);
  CHECK(error_of([&] { opened.catalogue.remove("nothing"); }).code() == ErrorCode::InvalidSetting);
  CHECK(error_of([&] { opened.catalogue.make_latest("nothing@3"); }).code() == ErrorCode::InvalidSetting);
  CHECK(error_of([&] { opened.catalogue.get("face-detector"); }).code() == ErrorCode::NotFound);
  const test::TemporaryFolder folder;
  CHECK(Catalogue::open(folder.path).save(detector, "taken-out").name() == "taken-out@1");
}

TEST_CASE("A graph with a lambda cannot be bundled, and no file is left") {
  const test::TemporaryFolder folder;
  Graph graph("own");
  graph.input<Image>("photo").then([](const Image& image) { return image.width() > 3; }).named("wide");
  CHECK(error_of([&] { bundle(graph, folder.path + "/own.wfz"); }).code() == ErrorCode::InvalidGraph);
  CHECK(fs::is_empty(folder.path));
}

TEST_CASE("The face graph with its real weights goes into one file and comes out the same") {
  if (!test::is_there(test::face_package())) return;
  const test::TemporaryFolder folder;
  const auto catalogue = Catalogue::standard({.folder = test::face_models(), .own = folder.path + "/own"});
  Graph graph("face-expression");
  const auto faces = graph.input<Image>("photo")
                         .then(catalogue.load<Detector>("face-detector", {.device = Device::cpu()}))
                         .then(Keep{.at_least = 0.6f})
                         .named("faces");
  faces.then(Crop{}).then(catalogue.load<Classifier>("face-expression", {.device = Device::cpu()})).named("expressions");
  bundle(graph, folder.path + "/faces.wfz");

  const Bundle opened = open_bundle(folder.path + "/faces.wfz");
  CHECK(opened.graph.to_json() == graph.to_json());
  Executor executor({.device = Device::cpu()});
  const Image photo = read_image(test::face_package() + "/demo/sample2.jpg");
  const auto json_of = [&](const Graph& drawn) {
    std::string all;
    for (const Result& result : executor.run(drawn, std::vector<Image>{photo})) all += result.to_json().dump();
    return all;
  };
  const std::string before = json_of(graph);
  CHECK_THAT(before, Contains("expressions") && Contains("regions"));
  CHECK(json_of(opened.graph) == before);
}
