#include <map>

#include "catch.h"
#include "made_trunk.h"
#include "run_once.h"
#include "temporary_folder.h"
#include "workflow/app/app.h"
#include "workflow/operators/annotate.h"
#include "workflow/operators/bands.h"
#include "workflow/train/shadow.h"
#include "workflow/train/trainer.h"

using namespace workflow;
using test::coloured_inputs;

TEST_CASE("Reviewed labels become a data set, a head, a better model in service, and can be rolled back") {
  const TemporaryFolder folder, cache;
  const auto catalogue = Catalogue::open(folder / "models");
  catalogue.save(test::made_trunk(), "made-trunk");
  const auto trunk = catalogue.load<Embedder>("made-trunk");
  const HeadOptions options{.threads = 1, .cache = {.folder = cache.path().string()}};

  // In service: a head that learnt red and green the wrong way round.
  auto confused = coloured_inputs(5, 500);
  for (LabelledInput& input : confused)
    if (input.positive.front() != "blue") input.positive = {input.positive.front() == "red" ? "green" : "red"};
  promote(catalogue, "colour", Trainer::head(trunk, options).fit(Dataset::of(confused)).model, {});

  // It runs; everything is put before a person.
  const auto stream = coloured_inputs(12);
  std::map<std::string, LabelledInput> by_id;
  std::vector<Image> pictures;
  for (std::size_t i = 0; i < stream.size(); ++i) {
    by_id[std::to_string(i)] = stream[i];
    pictures.push_back(std::get<Image>(stream[i].input));
  }
  const auto app = App::open(folder / "app");
  Graph graph("colours");
  graph.input<Image>("picture")
      .then(catalogue.load<Classifier>("colour"))
      .then(Annotate{.app = app, .status = Status::PendingReview});
  Executor({.threads = 1}).run(graph, pictures).finish();
  REQUIRE(app.count(Status::PendingReview) == 36);

  // The person approves what is right, corrects what is wrong, rejects one.
  const auto review = app.review();
  std::size_t rejected = 0;
  for (;;) {
    const auto page = review.next(10, {.strategy = Strategy::Uncertain, .by = "ada"});
    if (page.empty()) break;
    for (const Annotation& it : page) {
      const std::string truth = by_id.at(it.input_id).positive.front();
      if (rejected == 0 && it.concepts.top().name != truth) {
        review.reject(it, {.by = "ada"});
        ++rejected;
      } else if (it.concepts.top().name == truth) {
        review.approve(it, {.by = "ada"});
      } else {
        review.correct(it, Concepts{{truth, 1.0f}}, {.by = "ada"});
      }
    }
  }

  const AppLabels labels{.input = [&](const Annotation& it) { return by_id.at(it.input_id).input; }};
  const auto reviewed = Dataset::from(app, labels);
  REQUIRE(reviewed.size() == 36);
  std::size_t positive = 0, only_negative = 0;
  for (std::size_t i = 0; i < reviewed.size(); ++i) {
    if (reviewed[i].positive.empty()) {
      ++only_negative;
      continue;
    }
    CHECK(reviewed[i].positive == by_id.at(reviewed[i].id).positive);
    ++positive;
  }
  CHECK(positive == 35);
  CHECK(only_negative == 1);

  const auto challenger = Trainer::head(trunk, options).fit(reviewed);
  const auto promotion = promote(catalogue, "colour", challenger.model, Dataset::of(coloured_inputs(10, 900)));
  CHECK(promotion.promoted);
  CHECK(promotion.model == "colour@2");
  CHECK(catalogue.load<Classifier>("colour").classify(test::coloured(60, 60, 190, 999)).top().name == "red");
  catalogue.make_latest("colour@1");
  CHECK(catalogue.load<Classifier>("colour").classify(test::coloured(60, 60, 190, 999)).top().name == "green");
}

TEST_CASE("An app in which nobody has decided on anything gives an empty data set") {
  const TemporaryFolder folder;
  const auto app = App::open(folder / "app");
  app.submit({.input_id = "a.jpg", .concepts = {{"cat", 0.9f}}, .status = Status::PendingReview, .by = "host"});
  CHECK(Dataset::from(app, {.folder = "photos"}).empty());
}
