#include "workflow/values/embedding.h"

#include <cmath>

#include "catch.h"
#include "workflow/base/error.h"

using workflow::cosine;
using workflow::distance;
using workflow::Embedding;

TEST_CASE("Cosine is 1 for the same direction, 0 for a right angle or a vector of zeros, -1 for the opposite") {
  CHECK(cosine({{1, 2}}, {{2, 4}}) == Approx(1));
  CHECK(cosine({{1, 0}}, {{0, 3}}) == 0);
  CHECK(cosine({{1, 1}}, {{-1, -1}}) == Approx(-1));
  CHECK(cosine({{0, 0}}, {{1, 1}}) == 0);
  CHECK(cosine({}, {}) == 0);
}

TEST_CASE("Distance is Euclid's") {
  CHECK(distance({{0, 0}}, {{3, 4}}) == 5);
  CHECK(distance({}, {}) == 0);
  CHECK(std::isnan(distance({{std::nanf("")}}, {{1}})));
}

TEST_CASE("Embeddings of different lengths are an error") {
  CHECK_THROWS_WITH(cosine({{1}}, {{1, 2}}), "[cosine] wanted embeddings of one length, got 1 and 2 numbers");
  CHECK_THROWS_WITH(distance({{1}}, {{1, 2}}), "[distance] wanted embeddings of one length, got 1 and 2 numbers");
}
