#include "train/retrieval.h"

#include <vector>

#include "catch.h"

using namespace workflow;

TEST_CASE("Recall and mAP at R of a case that is counted by hand") {
  // Query 0 of label 1: ranks 1..4 are labels 2, 1, 1, 3.
  const std::vector<std::int64_t> labels = {1, 2, 1, 1, 3};
  const std::vector<float> likeness = {1, 0.9f, 0.8f, 0.7f, 0.6f};
  RetrievalMeasure measure;
  measure.add(likeness, labels, 0);
  const RetrievalQuality quality = measure.quality();
  CHECK(quality.queries == 1);
  CHECK(quality.recall_at_1 == 0);
  CHECK(quality.recall_at_5 == 1);
  CHECK(quality.map_at_r == Approx(0.25));  // of two right ones the first two places hold one, at the second: (0 + 1/2) / 2
}

TEST_CASE("One that has no like asks nothing, and an embedding that makes all equal finds nothing") {
  RetrievalMeasure measure;
  measure.add(std::vector<float>{1, 1, 1}, std::vector<std::int64_t>{1, 2, 3}, 0);
  CHECK(measure.quality().queries == 0);
  CHECK(measure.quality().recall_at_1 == 0);
  measure.add(std::vector<float>{1, 1, 1}, std::vector<std::int64_t>{1, 1, 3}, 0);
  CHECK(measure.quality().queries == 1);
  CHECK(measure.quality().recall_at_1 == 0);
}
