#include "model/text/words.h"

#include "catch.h"
#include "model/text/ngrams.h"
#include "workflow/base/error.h"

using namespace workflow;
using Words = std::vector<std::string>;

TEST_CASE("Words are runs of letters in lower case; contractions are taken apart") {
  CHECK(words_of("The Cat, the CAT.") == Words{"the", "cat", "the", "cat"});
  CHECK(words_of("Don't! It's we\u2019ll can't") == Words{"do", "not", "it", "we", "ca", "not"});
  CHECK(words_of("O'Brien's state-of-the-art 3D-model") == Words{"o", "brien", "state-of-the-art", "d-model"});
  CHECK(words_of("'quoted' -dash- a--b") == Words{"quoted", "dash", "a", "b"});
  CHECK(words_of("ZÜRICH e\u0301 שלום 你好") == Words{"zürich", "e\u0301", "שלום", "你好"});
  CHECK(words_of("12 !! \U0001F600").empty());
  CHECK(words_of("").empty());
  CHECK(words_of(std::string(1'000'000, 'x')).size() == 1);
}

TEST_CASE("N-grams are counted over letters and single spaces, by the number of n-grams of their length") {
  const NgramCounter counter({"a", " ", "ab", "b a"}, "test");
  // " ab ab ": 7 characters, 6 pairs, 5 triples.
  const auto found = counter.count("AB--ab 12!");
  REQUIRE(found.size() == 4);
  CHECK(found[0].value == Approx(2 / 7.0));
  CHECK(found[1].value == Approx(3 / 7.0));
  CHECK(found[2].value == Approx(2 / 6.0));
  CHECK(found[3].value == Approx(1 / 5.0));
  CHECK(counter.count("\U0001F600").size() == 1);  // two spaces are left of it
}

TEST_CASE("N-grams that make no sense are an error") {
  const auto with = [](std::vector<std::string_view> ngrams) { return NgramCounter(ngrams, "test"); };
  CHECK_THROWS_AS(with({""}), Error);
  CHECK_THROWS_AS(with({"abcde"}), Error);
  CHECK_THROWS_AS(with({"a", "a"}), Error);
  CHECK_THROWS_AS(with({"\xFF"}), Error);
}
