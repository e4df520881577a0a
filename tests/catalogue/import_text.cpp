#include "catalogue/import_lande.h"
#include "catalogue/import_wink_embeddings.h"
#include "models.h"
#include "workflow/base/error.h"
#include "workflow/catalogue/catalogue.h"
#include "workflow/model/embedder.h"

using namespace workflow;
using Catch::Contains;

namespace {

std::string message_of(auto&& f) {
  try {
    f();
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::InvalidModel);
    return error.what();
  }
  FAIL("wanted an Error");
  return {};
}

constexpr std::string_view two_words =
    R"({"precision":8,"dimensions":2,"words":["the","\""],"vectors":{"the":[0.5,-1,2.5,0],"\"":[1e-3,2,1,1]},"unkVector":[0,0,0,-1]})";

}  // namespace

TEST_CASE("A row of bytes is read with its scale") {
  const auto row = lande_row("12.5|f4AA/w==");  // the bytes 127, 128, 0, 255
  CHECK(row == std::vector<float>{0, 0.4f, -50.8f, 51.2f});
  for (const char* bad : {"", "1", "1|f4A=", "10|f4A=", "1-2|f4A=", "2.5|f4A=", "1nan|f4A="}) {
    CAPTURE(bad);
    CHECK_THAT(message_of([&] { lande_row(bad); }), Contains("lande: wanted"));
  }
  CHECK_THROWS_AS(lande_row("12.5|f4*A"), Error);
}

TEST_CASE("Word vectors are read in the words' order, and what is laid out otherwise is refused") {
  const WordVectors read = read_word_vectors(two_words);
  CHECK(read.dimensions == 2);
  CHECK(read.words == std::vector<std::string>{"\"", "the"});
  CHECK(read.values == std::vector<float>{1e-3f, 2, 0.5f, -1});
  for (std::size_t length = 0; length + 30 < two_words.size(); length += 7)
    CHECK_THAT(message_of([&] { read_word_vectors(two_words.substr(0, length)); }), Contains("word vectors: wanted"));
  const auto with = [&](std::string_view from, std::string_view to) {
    std::string text(two_words);
    return message_of([&] { read_word_vectors(text.replace(text.find(from), from.size(), to)); });
  };
  CHECK_THAT(with("0.5", "NaN"), Contains("wanted a number"));
  CHECK_THAT(with("0.5,-1,2.5,0", "0.5"), Contains("wanted ','"));
  CHECK_THAT(with("\"\\\"\":[", "\"the\":["), Contains("stands twice"));
  CHECK_THAT(with("\"dimensions\":2", "\"dimensions\":0"), Contains("dimensions"));
  CHECK_THAT(with("\"\\\"\":[", "\"a\\nb\":["), Contains("without line feeds"));
}

TEST_CASE("The packages of texts give their models' weights") {
  if (!test::is_there(test::text_package()) || !test::is_there(test::language_package())) return;
  const test::TemporaryFolder folder;
  CHECK(import_package(test::text_package(), folder.path) == std::vector<std::string>{"text-embedder", "text-features"});
  CHECK(import_package(test::language_package(), folder.path) == std::vector<std::string>{"text-language"});
  CHECK(read_safetensors(folder.path + "/text-embedder/1/weights.safetensors").metadata.at("licence") == "Apache-2.0");
  const Weights language = read_safetensors(folder.path + "/text-language/1/weights.safetensors");
  REQUIRE(language.find("hidden.weight"));
  CHECK(language.find("hidden.weight")->shape == std::vector<std::int64_t>{120, 620});
}

TEST_CASE("A model that comes on request says which command brings it") {
  const test::TemporaryFolder folder;
  try {
    Catalogue::standard({.folder = folder.path}).load<Embedder>("word-embedder");
    FAIL("wanted an Error");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::NotFound);
    CHECK_THAT(error.what(), Contains("scripts/bring word-embedder"));
  }
}
