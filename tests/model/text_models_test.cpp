#include <cmath>
#include <cstring>
#include <fstream>
#include <limits>
#include <numeric>
#include <sstream>
#include <thread>

#include "model/directory.h"
#include "models.h"
#include "workflow/base/error.h"
#include "workflow/catalogue/catalogue.h"
#include "workflow/graph/graph.h"
#include "workflow/model/classifier.h"
#include "workflow/model/detector.h"
#include "workflow/model/embedder.h"

using namespace workflow;
using Catch::Contains;

namespace {

// A model loaded once a program.
const Embedder& embedder() {
  static const auto loaded = Catalogue::standard({.folder = test::text_models()}).load<Embedder>("text-embedder", {.device = Device::cpu()});
  return loaded;
}

template <class F>
Error error_of(F&& f) {
  try {
    f();
  } catch (const Error& error) {
    return error;
  }
  FAIL("wanted an Error");
  return Error(ErrorCode::Failed, "", "");
}

void check_near(const Embedding& got, const Embedding& wanted, double margin) {
  REQUIRE(got.values.size() == wanted.values.size());
  for (std::size_t i = 0; i < got.values.size(); ++i) REQUIRE(got.values[i] == Approx(wanted.values[i]).margin(margin));
}

// A classifier of texts small enough to be made here: it tells "a" from "b" by their frequencies.
ModelDirectory ab_model() {
  struct Parts {
    std::string ngrams = "a\nb\n";
    std::vector<float> hidden = {20, 0, 0, 20}, none = {0, 0}, out = {1, 0, 0, 1};
  };
  const auto parts = std::make_shared<Parts>();
  ModelDirectory model;
  model.spec = ModelSpec::from_json(Json::parse(R"({"id": "ab", "version": 1, "task": "letters", "input": "text",
    "output": "concepts", "architecture": "ngram-mlp", "settings": {"hidden": 2, "outputs": 2},
    "decoding": {"kind": "softmax"}, "licence": "MIT", "source": "made here", "description": "", "trained_on": ""})"));
  model.labels = {"a", "b"};
  model.weights.tensors = {{"ngrams", DType::U8, {4}, std::as_bytes(std::span(parts->ngrams))},
                           {"hidden.weight", DType::F32, {2, 2}, std::as_bytes(std::span(parts->hidden))},
                           {"hidden.bias", DType::F32, {2}, std::as_bytes(std::span(parts->none))},
                           {"out.weight", DType::F32, {2, 2}, std::as_bytes(std::span(parts->out))},
                           {"out.bias", DType::F32, {2}, std::as_bytes(std::span(parts->none))}};
  model.weights.storage = parts;
  return model;
}

Classifier ab_in(const test::TemporaryFolder& folder) {
  write_model_directory(folder.path + "/ab/1", ab_model());
  return Catalogue::open(folder.path).load<Classifier>("ab", {.device = Device::cpu()});
}

}  // namespace

TEST_CASE("The text embedder's embeddings equal the golden ones, whole and one by one") {
  const std::string file = test::shared_models + "/golden/use-lite.safetensors";
  if (!test::is_there(file) || !test::is_there(test::text_package())) return;
  const Weights golden = read_safetensors(file);
  std::vector<Text> texts;
  const Json list = Json::parse(golden.metadata.at("texts"));
  for (const Json& text : list.items()) texts.push_back({text.string()});
  const TensorView* view = golden.find("embedding");
  REQUIRE(view);
  REQUIRE(view->data.size() == texts.size() * 512 * sizeof(float));
  const auto together = embedder().embed(texts);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    CAPTURE(texts[i].text);
    Embedding wanted{std::vector<float>(512)};
    std::memcpy(wanted.values.data(), view->data.data() + i * 512 * sizeof(float), 512 * sizeof(float));
    check_near(together[i], wanted, 1e-5);
    check_near(embedder().embed(texts[i]), wanted, 1e-5);
  }
}

TEST_CASE("Texts that mean alike are nearer to each other than to others") {
  if (!test::is_there(test::text_package())) return;
  const auto a = embedder().embed(Text{"How old are you?"}), b = embedder().embed(Text{"What is your age?"}),
             c = embedder().embed(Text{"The train to Vienna leaves at noon."});
  CHECK(cosine(a, b) > 0.8f);
  CHECK(cosine(a, c) < 0.3f);
  CHECK(cosine(a, a) == Approx(1));
}

TEST_CASE("A batch of texts of all lengths gives what single calls give, also from two threads") {
  if (!test::is_there(test::text_package())) return;
  std::vector<Text> texts;
  std::string growing;
  for (int i = 0; i < 70; ++i) {
    growing += i % 3 == 0 ? "we walked along the river " : "and the weather was fine; ";
    texts.push_back({i % 2 == 0 ? growing : "short " + std::to_string(i)});
  }
  std::vector<std::vector<Embedding>> found(2);
  std::vector<std::thread> threads;
  for (auto& slot : found) threads.emplace_back([&] { slot = embedder().embed(texts); });
  for (auto& thread : threads) thread.join();
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const Embedding alone = embedder().embed(texts[i]);
    check_near(found[0][i], alone, 1e-5);
    check_near(found[1][i], alone, 1e-5);
    CHECK(std::sqrt(std::inner_product(alone.values.begin(), alone.values.end(), alone.values.begin(), 0.0f)) == Approx(1).margin(1e-4));
  }
}

TEST_CASE("A long text is read to its end, in passages") {
  if (!test::is_there(test::text_package())) return;
  std::string text;
  for (int i = 0; i < 60; ++i) text += "the cat sat on the mat. ";
  const auto cats = embedder().embed(Text{text});
  CHECK(cosine(cats, embedder().embed(Text{"the cat sat on the mat."})) > 0.7f);
  // What stands behind the first 128 pieces counts.
  const auto more = embedder().embed(Text{text + "Interest rates rose again, said the central bank on Thursday; shares fell in London and Tokyo."});
  const auto rates = embedder().embed(Text{"Interest rates rose again, said the central bank on Thursday; shares fell in London and Tokyo."});
  CHECK(cosine(more, rates) > cosine(cats, rates) + 0.02f);
  float squares = 0;
  for (const float value : more.values) squares += value * value;
  CHECK(squares == Approx(1).margin(1e-4));
}

TEST_CASE("Emoji alone, right-to-left and other letters get an embedding of length 1") {
  if (!test::is_there(test::text_package())) return;
  for (const char* text : {"\U0001F600\U0001F389", "שלום עולם", "مرحبا بالعالم", "你好，世界", "\u202Eabc\u202C", "a\u0301\u0327", "\u200B"}) {
    CAPTURE(text);
    const Embedding found = embedder().embed(Text{text});
    CHECK(std::inner_product(found.values.begin(), found.values.end(), found.values.begin(), 0.0f) == Approx(1).margin(1e-4));
  }
}

TEST_CASE("The language of 454 texts is what the upstream package says, with its scores") {
  if (!test::is_there(test::language_package())) return;
  const auto tell = Catalogue::standard({.folder = test::language_models()}).load<Classifier>("text-language", {.device = Device::cpu()});
  std::ifstream golden(WORKFLOW_SOURCE_DIR "/tests/model/text/languages.tsv");
  std::size_t texts = 0;
  for (std::string line; std::getline(golden, line); ++texts) {
    std::istringstream columns(line);
    std::string quoted, column;
    std::getline(columns, quoted, '\t');
    const Concepts found = tell.classify(Text{Json::parse(quoted).string()});
    CAPTURE(quoted);
    REQUIRE(found.size() == 50);
    for (std::size_t rank = 0; std::getline(columns, column, '\t'); ++rank) {
      std::istringstream wanted(column);
      std::string label;
      double score = 0;
      wanted >> label >> score;
      REQUIRE(found.score(label) == Approx(score).epsilon(1e-4).margin(1e-7));
      if (rank == 0) REQUIRE(found.top().name == label);
    }
  }
  CHECK(texts == 454);
}

TEST_CASE("A text that is blank, not UTF-8 or too long is an error that says which") {
  const test::TemporaryFolder folder;
  const Classifier tell = ab_in(folder);
  CHECK(tell.classify(Text{"a cab"}).top().name == "a");
  CHECK(tell.classify(Text{"Bob"}).top().name == "b");
  CHECK(tell.classify(std::span<const Text>()).empty());
  CHECK(tell.classify(Text{std::string(1'000'000, 'b') + "aa"}).top().name == "b");
  const auto of = [&](const std::string& bad) {
    const std::vector<Text> texts = {{"a"}, {bad}, {"b"}};
    const Error error = error_of([&] { tell.classify(texts); });
    CHECK(error.code() == ErrorCode::InvalidValue);
    return std::string(error.what());
  };
  CHECK(of("") == "[ab@1] text 2 of 3: wanted words, got a blank text");
  CHECK(of(" \t\u3000\n") == "[ab@1] text 2 of 3: wanted words, got a blank text");
  CHECK(of("good\xFF") == "[ab@1] text 2 of 3: wanted UTF-8, got the byte 0xff at 4");
  CHECK_THAT(of(std::string((16U << 20U) + 1, 'a')), Contains("wanted at most 16777216 bytes, got 16777217"));
}

TEST_CASE("Weights of a text model that do not fit or hold NaN are an error") {
  const test::TemporaryFolder folder;
  const auto error_with = [&](auto&& change) {
    ModelDirectory model = ab_model();
    change(model);
    write_model_directory(folder.path + "/ab/1", model);
    return std::string(error_of([&] { Catalogue::open(folder.path).load<Classifier>("ab", {.device = Device::cpu()}); }).what());
  };
  const std::vector<float> bad = {std::numeric_limits<float>::quiet_NaN(), 0};
  CHECK_THAT(error_with([&](ModelDirectory& model) { model.weights.tensors[4].data = std::as_bytes(std::span(bad)); }), Contains("out.bias") && Contains("NaN"));
  CHECK_THAT(error_with([&](ModelDirectory& model) { model.weights.tensors.pop_back(); }), Contains("out.bias: wanted F32 [2], got none"));
  CHECK_THAT(error_with([&](ModelDirectory& model) { model.spec.settings["hidden"] = 3; }), Contains("hidden.weight: wanted F32"));
  const std::string twice = "a\na\n";
  CHECK_THAT(error_with([&](ModelDirectory& model) { model.weights.tensors[0].data = std::as_bytes(std::span(twice)); }), Contains("stand only once"));
  CHECK_THAT(error_with([&](ModelDirectory& model) { model.spec.preprocessing = Json::object({{"tokenizer", "unigram"}}); }), Contains("\"tokenizer\" is unknown"));
  CHECK_THAT(error_with([&](ModelDirectory& model) { model.spec.architecture = "tiny-yolo"; }), Contains("tokenizer"));
}

TEST_CASE("Numbers that grow beyond a float's are an error that names the model") {
  const test::TemporaryFolder folder;
  ModelDirectory model = ab_model();
  const std::vector<float> huge = {3e38f, -3e38f, 3e38f, -3e38f};
  model.weights.tensors[1].data = std::as_bytes(std::span(huge));
  model.weights.tensors[3].data = std::as_bytes(std::span(huge));
  write_model_directory(folder.path + "/ab/1", model);
  const auto tell = Catalogue::open(folder.path).load<Classifier>("ab", {.device = Device::cpu()});
  CHECK_THAT(error_of([&] { tell.classify(Text{"a"}); }).what(), Contains("ab@1") && Contains("NaN or infinity"));
}

TEST_CASE("Images into a model of texts, and texts into one of images, are an error when the step is added") {
  const test::TemporaryFolder folder;
  const Classifier tell = ab_in(folder);
  Graph graph("mixed");
  const auto photo = graph.input<Image>("photo");
  const Error error = error_of([&] { photo.then(tell); });
  CHECK(error.code() == ErrorCode::TypeMismatch);
  CHECK(error.where().step == "classifier");
  CHECK_THAT(error.what(), Contains("wanted a port of Text, as this model takes texts, got one of Image"));
  CHECK_NOTHROW(graph.input<Text>("text").then(tell));
  CHECK(error_of([&] { tell.classify(Image()); }).code() == ErrorCode::TypeMismatch);
  if (!test::is_there(test::face_package())) return;
  const auto read = Catalogue::standard({.folder = test::face_models()}).load<Classifier>("face-expression", {.device = Device::cpu()});
  CHECK_THAT(error_of([&] { graph.port<Text>("text").then(read); }).what(), Contains("wanted a port of Image"));
  CHECK(error_of([&] { read.classify(Text{"a"}); }).code() == ErrorCode::TypeMismatch);
}

TEST_CASE("A graph of JSON that puts images into a model of texts is an error that names the step") {
  const test::TemporaryFolder folder;
  ab_in(folder);
  const Catalogue catalogue = Catalogue::open(folder.path);
  Graph graph("letters");
  graph.input<Text>("text").then(catalogue.load<Classifier>("ab")).named("letter");
  std::string json = graph.to_json().dump();
  CHECK(Graph::from_json(json, catalogue).port<Concepts>("letter").name() == "letter");
  json.replace(json.find("\"Text\""), 6, "\"Image\"");
  CHECK_THAT(error_of([&] { Graph::from_json(json, catalogue); }).what(), Contains("letter") && Contains("as this model takes texts"));
}

TEST_CASE("A manifest that finds regions on a text is refused") {
  Json json = ab_model().spec.to_json();
  json["output"] = "regions";
  CHECK_THAT(error_of([&] { ModelSpec::from_json(json); }).what(), Contains("of a text"));
}
