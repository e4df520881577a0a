#include "catalogue/folders.h"
#include "model/directory.h"
#include "models.h"
#include "workflow/base/error.h"
#include "workflow/catalogue/catalogue.h"
#include "workflow/model/embedder.h"

using namespace workflow;

namespace {

// Three words on a plane.
ModelDirectory three_words() {
  struct Parts {
    std::string words = "blue\nred\nsky\n";
    std::vector<float> vectors = {0, 1, 1, 0, 0.5f, 0.5f};
  };
  const auto parts = std::make_shared<Parts>();
  ModelDirectory model;
  model.spec = ModelSpec::from_json(Json::parse(R"({"id": "words", "version": 1, "task": "words", "input": "text",
    "output": "embedding", "architecture": "word-mean", "decoding": {"kind": "vector"}, "licence": "MIT", "source": "made here",
    "description": "", "trained_on": ""})"));
  model.weights.tensors = {{"words", DType::U8, {13}, std::as_bytes(std::span(parts->words))},
                           {"vectors", DType::F32, {3, 2}, std::as_bytes(std::span(parts->vectors))}};
  model.weights.storage = parts;
  return model;
}

Embedder load(const test::TemporaryFolder& folder, const ModelDirectory& model) {
  write_model_directory(folder.path + "/words/1", model);
  return Catalogue::open(folder.path).load<Embedder>("words", {.device = Device::cpu()});
}

}  // namespace

TEST_CASE("A text is the mean of the words that are known, and zeros where none is") {
  const test::TemporaryFolder folder;
  const Embedder embed = load(folder, three_words());
  CHECK(embed.embed(Text{"Red"}).values == std::vector<float>{1, 0});
  CHECK(embed.embed(Text{"red, and BLUE!"}).values == std::vector<float>{0.5f, 0.5f});
  CHECK(embed.embed(Text{"sky-blue"}).values == std::vector<float>{0.25f, 0.75f});
  CHECK(embed.embed(Text{"nothing of it"}).values == std::vector<float>{0, 0});
}

TEST_CASE("A word list that is not sorted, or has another number of vectors, is an error") {
  const test::TemporaryFolder folder;
  ModelDirectory model = three_words();
  const std::string unsorted = "red\nblue\nsky\n";
  model.weights.tensors[0].data = std::as_bytes(std::span(unsorted));
  CHECK_THROWS_WITH(load(folder, model), Catch::Contains("wanted them sorted"));
  model = three_words();
  model.weights.tensors[1].shape = {2, 3};
  CHECK_THROWS_WITH(load(folder, model), Catch::Contains("a row for each of 3 words"));
}

// What Python gives for the package's own file.
TEST_CASE("GloVe's vectors are the package's, and their means") {
  const std::string weights = standard_models_folder() + "/word-embedder/1/weights.safetensors";
  if (!test::is_there(weights)) return;
  const auto embed = Catalogue::standard().load<Embedder>("word-embedder", {.device = Device::cpu()});
  const auto begins = [&](const char* text, std::vector<float> wanted) {
    CAPTURE(text);
    const Embedding found = embed.embed(Text{text});
    REQUIRE(found.values.size() == 100);
    for (std::size_t i = 0; i < wanted.size(); ++i) CHECK(found.values[i] == Approx(wanted[i]).margin(1e-5));
  };
  begins("the", {-0.038194f, -0.24487f, 0.72812f, -0.39961f});
  begins("Don't stop", {-0.03967f, 0.033947f, 0.149203f, -0.488669f});
  begins("The cat rested on the carpet.", {-0.10726f, 0.034537f, 0.529962f, -0.302481f});
  CHECK(cosine(embed.embed(Text{"king"}), embed.embed(Text{"queen"})) > 0.7f);
  CHECK(cosine(embed.embed(Text{"king"}), embed.embed(Text{"carburetor"})) < 0.3f);
}
