#include "workflow/train/shadow.h"

#include "catch.h"
#include "made_trunk.h"
#include "run_once.h"
#include "temporary_folder.h"
#include "workflow/train/trainer.h"

using namespace workflow;
using test::coloured_inputs;

namespace {

Model head_on(const Embedder& trunk, const std::vector<LabelledInput>& inputs, const TemporaryFolder& cache) {
  return Trainer::head(trunk, {.threads = 1, .cache = {.folder = cache.path().string()}}).fit(Dataset::of(inputs)).model;
}

}  // namespace

TEST_CASE("A better head is promoted, an equal or worse one is not, and the last one is brought back") {
  const TemporaryFolder folder, cache;
  const auto catalogue = Catalogue::open(folder.path().string());
  catalogue.save(test::made_trunk(), "made-trunk");
  const auto trunk = catalogue.load<Embedder>("made-trunk");
  const auto held_out = Dataset::of(coloured_inputs(10, 900));
  auto confused = coloured_inputs(10);  // red and green the wrong way round
  for (LabelledInput& input : confused)
    if (input.positive.front() != "blue") input.positive = {input.positive.front() == "red" ? "green" : "red"};
  const Model bad = head_on(trunk, confused, cache), good = head_on(trunk, coloured_inputs(10), cache);

  const Promotion first = promote(catalogue, "colour", bad, held_out);
  CHECK(first.promoted);
  CHECK_FALSE(first.shadow);
  CHECK(first.model == "colour@1");
  const Promotion second = promote(catalogue, "colour", good, held_out);
  CHECK(second.promoted);
  CHECK(second.model == "colour@2");
  REQUIRE(second.shadow);
  CHECK(second.shadow->compared == 30);
  CHECK(second.shadow->champion == Approx(1.0 / 3));
  CHECK(second.shadow->challenger == Approx(1));
  CHECK(second.shadow->only_challenger == 20);
  CHECK(second.shadow->p < 1e-4);
  for (const Model& other : {good, bad}) {
    const Promotion kept = promote(catalogue, "colour", other, held_out);
    CHECK_FALSE(kept.promoted);
    CHECK(kept.model == "colour@2");
  }
  CHECK(catalogue.versions("colour").size() == 2);
  catalogue.make_latest("colour@1");
  CHECK(catalogue.get("colour").spec.version == 1);
}

TEST_CASE("Nothing to compare on is an error, and so is a chance that is none") {
  const TemporaryFolder folder, cache;
  const auto catalogue = Catalogue::open(folder.path().string());
  catalogue.save(test::made_trunk(), "made-trunk");
  const Model model = head_on(catalogue.load<Embedder>("made-trunk"), coloured_inputs(3), cache);
  promote(catalogue, "colour", model, {});
  CHECK_THAT(made::message_of([&] { promote(catalogue, "colour", model, {}); }), Catch::Contains("got none of 0"));
  CHECK_THROWS_AS(promote(catalogue, "colour", model, {}, 2), Error);
}
