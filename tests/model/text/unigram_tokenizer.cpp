#include "model/text/unigram_tokenizer.h"

#include <fstream>
#include <iterator>
#include <limits>
#include <sstream>

#include "model/text/passages.h"
#include "models.h"
#include "workflow/base/error.h"
#include "workflow/base/json.h"

using namespace workflow;

namespace {

using Numbers = std::vector<std::int64_t>;

// Piece 0 is the unknown one.
UnigramTokenizer small() {
  return UnigramTokenizer({"", "\u2581", "a", "b", "ab", "\u2581ab", "ba", "fi"}, {0, -3, -2, -2, -3, -5.5, -1, -1}, "small");
}

ErrorCode code_of(auto&& f) {
  try {
    f();
  } catch (const Error& error) {
    return error.code();
  }
  FAIL("wanted an Error");
  return ErrorCode::Failed;
}

}  // namespace

TEST_CASE("The pieces are those whose scores have the greatest sum") {
  CHECK(small().encode("ab") == Numbers{5});             // -5.5 is more than -3 + -3
  CHECK(small().encode("aba") == Numbers{1, 2, 6});      // -3 -2 -1 is more than -5.5 -2
  CHECK(small().encode("  a  ") == Numbers{1, 2});       // white space at the ends says nothing
  CHECK(small().encode("a b") == Numbers{1, 2, 1, 3});
  CHECK(small().encode("\uFB01") == Numbers{1, 7});      // the ligature is f and i
  CHECK(small().encode("").empty());
  CHECK(small().encode(" ") == Numbers{1});
}

TEST_CASE("What no piece spells is one unknown piece, however much of it there is") {
  CHECK(small().encode("a\U0001F600\U0001F601xyz b") == Numbers{1, 2, 0, 1, 3});
  CHECK(small().encode("x") == Numbers{1, 0});
}

TEST_CASE("A text of a million bytes is as quickly cut up as it is long, and the same as in parts") {
  std::string text;
  while (text.size() < 1'000'000) text += "ab a ba x ";
  const Numbers pieces = small().encode(text);
  const Numbers part = small().encode("ab a ba x");
  REQUIRE(pieces.size() == part.size() * text.size() / 10);
  for (std::size_t i = 0; i < pieces.size(); ++i) REQUIRE(pieces[i] == part[i % part.size()]);
  CHECK(small().encode(std::string(1'000'000, 'x')) == Numbers{1, 0});
}

TEST_CASE("A vocabulary that makes no sense is an error") {
  const auto with = [](std::vector<std::string> pieces, std::vector<double> scores) {
    return code_of([&] { UnigramTokenizer(pieces, scores, "test"); });
  };
  CHECK(with({}, {}) == ErrorCode::InvalidModel);
  CHECK(with({"a", "b"}, {1}) == ErrorCode::InvalidModel);
  CHECK(with({"a"}, {std::numeric_limits<double>::quiet_NaN()}) == ErrorCode::InvalidModel);
  CHECK(with({"a"}, {-std::numeric_limits<double>::infinity()}) == ErrorCode::InvalidModel);
  CHECK(with({"\xFF"}, {0}) == ErrorCode::InvalidModel);
  CHECK(with({std::string(300, 'a')}, {0}) == ErrorCode::InvalidModel);

  Weights weights;
  CHECK(code_of([&] { tokenizer_of(weights, "test"); }) == ErrorCode::InvalidModel);
  const std::string pieces = "a\nb";  // no line feed after the last
  const std::vector<double> scores = {-1, -1};
  weights.tensors.push_back({"tokenizer.pieces", DType::U8, {3}, std::as_bytes(std::span(pieces))});
  CHECK(code_of([&] { tokenizer_of(weights, "test"); }) == ErrorCode::InvalidModel);
  weights.tensors.push_back({"tokenizer.scores", DType::F64, {2}, std::as_bytes(std::span(scores))});
  CHECK(code_of([&] { tokenizer_of(weights, "test"); }) == ErrorCode::InvalidModel);
  const std::string whole = "a\nb\n";
  weights.tensors[0] = {"tokenizer.pieces", DType::U8, {4}, std::as_bytes(std::span(whole))};
  CHECK(tokenizer_of(weights, "test").encode("ba").size() == 3);
}

TEST_CASE("Passages hold every piece once, at most so many, and end before a word where they can") {
  const UnigramTokenizer tokenizer = small();
  const Numbers pieces = tokenizer.encode("a b ab a b a ba b a b");
  for (const std::size_t most : {1U, 2U, 3U, 5U, 7U, 100U}) {
    CAPTURE(most);
    Numbers again;
    for (const Tokens passage : passages(pieces, most, tokenizer)) {
      CHECK(!passage.empty());
      CHECK(passage.size() <= most);
      if (most >= 5) CHECK(tokenizer.begins_word(passage.front()));
      again.insert(again.end(), passage.begin(), passage.end());
    }
    CHECK(again == pieces);
  }
  const Numbers endless(10, 2);
  CHECK(passages(endless, 4, tokenizer).size() == 3);
  CHECK(passages({}, 4, tokenizer).empty());
}

// Made texts of every kind, with what a Python rebuild of the upstream tokenizer gives for them.
TEST_CASE("1,500 made texts give the tokens that the reference gives") {
  if (!test::is_there(test::text_package())) return;
  const UnigramTokenizer tokenizer = tokenizer_of(read_safetensors(test::text_models() + "/text-embedder/1/weights.safetensors"), "test");
  CHECK(tokenizer.size() == 8000);
  std::ifstream golden(WORKFLOW_SOURCE_DIR "/tests/model/text/tokens.tsv");
  std::size_t texts = 0;
  for (std::string line; std::getline(golden, line); ++texts) {
    const std::size_t tab = line.find('\t');
    const std::string text = Json::parse(line.substr(0, tab)).string();
    std::istringstream numbers(line.substr(tab + 1));
    const Numbers wanted(std::istream_iterator<std::int64_t>(numbers), std::istream_iterator<std::int64_t>());
    CAPTURE(text);
    REQUIRE(tokenizer.encode(text) == wanted);
  }
  CHECK(texts == 1500);
}
