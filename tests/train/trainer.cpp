#include "workflow/train/trainer.h"

#include <fstream>
#include <thread>

#include "catch.h"
#include "made_trunk.h"
#include "run_once.h"
#include "temporary_folder.h"
#include "workflow/base/error.h"
#include "workflow/catalogue/catalogue.h"
#include "workflow/model/classifier.h"

using namespace workflow;
using Catch::Contains;
using test::coloured_inputs;
using test::made_trunk;

namespace {

HeadOptions options_in(const TemporaryFolder& folder, HeadOptions options = {}) {
  options.cache.folder = folder.path().string();
  options.threads = 1;
  return options;
}

bool has_note(const Report& report, const std::string& part) {
  return std::any_of(report.notes.begin(), report.notes.end(),
                     [&](const std::string& note) { return note.find(part) != std::string::npos; });
}

Dataset of(std::vector<LabelledInput> inputs, double tolerance = 0.05) {
  return Dataset::of(std::move(inputs), {.tolerance = tolerance});
}

}  // namespace

TEST_CASE("Every kind of head learns colours, tells how well, and says the same once it is saved and loaded") {
  const TemporaryFolder folder, models;
  const auto catalogue = Catalogue::open(models.path().string());
  catalogue.save(made_trunk(), "made-trunk");
  const auto trunk = catalogue.load<Embedder>("made-trunk");
  const auto [train, held_out] = of(coloured_inputs(20)).split({.held_out = 0.25, .seed = 1});
  for (const HeadKind kind : {HeadKind::Linear, HeadKind::Mlp, HeadKind::Prototypes, HeadKind::Neighbours}) {
    CAPTURE(static_cast<int>(kind));
    const Trained trained =
        Trainer::head(trunk, options_in(folder, {.kind = kind, .epochs = 50, .hidden = 16})).fit(train, held_out);
    CHECK(trained.report.accuracy.value() == 1);
    CHECK(trained.report.roc_auc.value() == Approx(1));
    CHECK(trained.report.trained_on == 45);
    CHECK(trained.report.held_out == 15);
    CHECK(trained.report.concepts.at(1).name == "green");
    CHECK(trained.report.concepts.at(1).trained_on == 15);
    const auto classify = trained.model.as<Classifier>();
    const Image red = test::coloured(60, 60, 190, 999);
    CHECK(classify.classify(red).top().name == "red");
    CHECK(classify.labels() == std::vector<std::string>{"blue", "green", "red"});
    catalogue.save(trained.model, "colours");
    CHECK(catalogue.load<Classifier>("colours").classify(red) == classify.classify(red));
    CHECK_THROWS_AS(trained.model.as<Embedder>(), Error);
  }
  CHECK(catalogue.get("colours@4").spec.settings.at("trunk").string() == "made-trunk@1");
  CHECK_THAT(catalogue.get("colours@1").card, Contains("accuracy 1.0000") && Contains("`red`"));
}

TEST_CASE("A second training reads its embeddings from disk, and gives the same model") {
  const TemporaryFolder folder;
  const auto [train, held_out] = of(coloured_inputs(10)).split();
  const Trainer trainer = Trainer::head(made_trunk(), options_in(folder));
  const Trained first = trainer.fit(train, held_out), second = trainer.fit(train, held_out);
  CHECK(first.report.computed == 30);
  CHECK(second.report.computed == 0);
  CHECK(first.report.predictions->scores == second.report.predictions->scores);
  // Another version, or other weights under the same one, is another trunk.
  CHECK(Trainer::head(made_trunk(2), options_in(folder)).fit(train, held_out).report.computed == 30);
  CHECK(Trainer::head(made_trunk(1, 2), options_in(folder)).fit(train, held_out).report.computed == 30);
  CHECK(trainer.fit(train, held_out).report.computed == 0);
  // The colours of a cache that rotted are computed anew.
  for (const auto& entry : std::filesystem::directory_iterator(folder.path()))
    std::filesystem::resize_file(entry.path(), 500);
  const Trained third = trainer.fit(train, held_out);
  CHECK(third.report.computed > 20);
  CHECK(first.report.predictions->scores == third.report.predictions->scores);
}

TEST_CASE("Independent concepts get a score each, learn from negatives of other data, and are calibrated by Platt's line") {
  const TemporaryFolder folder;
  auto inputs = coloured_inputs(20);
  for (LabelledInput& input : inputs) {
    if (input.positive.front() == "red") input.positive = {"red", "warm"};
    if (input.positive.front() == "blue") input.negative = {"warm"};
  }
  std::vector<LabelledInput> grey;
  for (unsigned i = 0; i < 20; ++i) grey.push_back({.id = "grey", .input = test::coloured(60, 60, 60, 5000 + i)});
  const auto [train, held_out] = of(inputs).split({.held_out = 0.25, .seed = 1});
  const Trained trained =
      Trainer::head(made_trunk(), options_in(folder, {.exclusive = false, .enrich = of(grey)})).fit(train, held_out);
  CHECK(trained.report.roc_auc.value() > 0.99);
  REQUIRE(trained.report.co_occurrence.size() == 1);
  CHECK(trained.report.co_occurrence[0].count == 5);
  const auto classify = trained.model.as<Classifier>();
  const Concepts red = classify.classify(test::coloured(60, 60, 190, 999));
  CHECK(red.score("red") > 0.7f);
  CHECK(red.score("warm") > 0.7f);
  CHECK(classify.classify(test::coloured(60, 60, 60, 999)).top().score < 0.5f);
  CHECK_THAT(made::message_of([&] { Trainer::head(made_trunk(), {.enrich = of(grey)}); }), Contains(".exclusive = false"));
}

TEST_CASE("Nothing to tell apart, and nothing at all, are errors that say what is missing") {
  const TemporaryFolder folder;
  const Trainer trainer = Trainer::head(made_trunk(), options_in(folder));
  const auto message = [&](std::vector<LabelledInput> inputs) {
    return made::message_of([&] { trainer.fit(of(std::move(inputs))); });
  };
  CHECK_THAT(message({}), Contains("got an empty data set"));
  CHECK_THAT(message({{.id = "1", .input = made::image(4, 4), .positive = {"cat"}}}),
             Contains("at least two concepts") && Contains("\"cat\""));
  CHECK_THAT(message({{.id = "1", .input = made::image(4, 4)}}), Contains("got none"));
  CHECK_THAT(message({{.id = "1", .input = Text{"x"}, .positive = {"a"}}}), Contains("wanted a data set of images"));
  auto inputs = coloured_inputs(1);
  inputs.push_back({.id = "gone", .input = ImageFile{folder / "gone.png", {}}, .positive = {"red"}});
  CHECK_THAT(message(inputs), Contains("1 of 4 inputs cannot be used") && Contains("\"gone\""));
}

TEST_CASE("One example a concept is enough for a head, which says that its scores are not calibrated") {
  const TemporaryFolder folder;
  const Trained trained =
      Trainer::head(made_trunk(), options_in(folder)).fit(of(coloured_inputs(1)), of(coloured_inputs(5, 100)));
  CHECK(trained.report.accuracy.value() > 0.6);
  CHECK(has_note(trained.report, "not calibrated"));
}

TEST_CASE("Duplicates, contradictions, silent inputs, missing concepts and broken files are told in the report") {
  const TemporaryFolder folder;
  auto inputs = coloured_inputs(10);
  inputs.push_back(inputs[0]);
  inputs.push_back(inputs[1]);
  inputs.back().positive = {"red"};
  inputs.push_back({.id = "silent", .input = test::coloured(1, 2, 3, 77)});
  std::ofstream(folder / "torn.png") << "no picture";
  inputs.push_back({.id = "torn", .input = ImageFile{folder / "torn.png", {}}, .positive = {"red"}});
  std::vector<LabelledInput> held_out = {inputs[0], inputs[3]};
  held_out.push_back({.id = "strange", .input = test::coloured(1, 2, 3, 78), .positive = {"violet"}});
  const Trained trained = Trainer::head(made_trunk(), options_in(folder)).fit(of(inputs), of(held_out));
  const Report& report = trained.report;
  CHECK(has_note(report, "2 inputs to train on are there twice or more"));
  CHECK(has_note(report, "1 of these bear other labels"));
  CHECK(has_note(report, "2 held-out inputs are among those trained on too"));
  CHECK(has_note(report, "1 inputs to train on say nothing"));
  CHECK(has_note(report, "no held-out input shows 2 of the concepts"));
  CHECK(has_note(report, "names 1 concepts that were not learnt"));
  CHECK(report.held_out == 3);
  CHECK(report.accuracy.value() <= Approx(2.0 / 3));  // what shows an unknown concept counts as a mistake
  REQUIRE(report.faults.size() == 1);
  CHECK(report.faults[0].id == "torn");
  CHECK_FALSE(report.concepts[2].roc_auc);
  CHECK_THAT(fmt::format("{}", report), Contains("not used: torn") && Contains("note: "));
}

TEST_CASE("Embeddings that are no numbers are faults by name, and never reach a head") {
  const TemporaryFolder folder;
  auto directory = test::made_trunk_directory();
  // Weights so large that what they give overflows.
  static const std::vector<float> large(25 * 512, 3e38f);
  auto& tensors = directory.weights.tensors;
  tensors[tensors.size() - 2].data = std::as_bytes(std::span(large));
  const Embedder trunk(std::make_shared<const LoadedModel>(std::move(directory)), Device::cpu());
  CHECK_THAT(made::message_of([&] { Trainer::head(trunk, options_in(folder)).fit(of(coloured_inputs(2))); }),
             Contains("6 of 6 inputs cannot be used") && Contains("no finite numbers"));
}

TEST_CASE("A host watches a training, ends it early, and cancels it") {
  const TemporaryFolder folder;
  std::vector<ProgressStep> steps;
  HeadOptions options = options_in(folder);
  options.progress = [&](const ProgressStep& step) { steps.push_back(step); };
  Trainer trainer = Trainer::head(made_trunk(), options);
  std::vector<Epoch> epochs;
  trainer.on_epoch([&](const Epoch& epoch) {
    epochs.push_back(epoch);
    return epoch.stale_for >= 2 ? Verdict::Stop : Verdict::Continue;
  });
  const Split parts = of(coloured_inputs(10)).split();
  const Trained trained = trainer.fit(parts.train, parts.held_out);
  REQUIRE(epochs.size() >= 3);
  CHECK(epochs.back().stale_for == 2);
  CHECK(epochs[0].metric == "accuracy");
  CHECK(trained.report.epochs.size() == epochs.size());
  REQUIRE_FALSE(steps.empty());
  CHECK(steps.front().what == "embedding");
  CHECK(steps.back().what == "training");
  CHECK(steps.back().done == steps.back().of);
  std::stop_source stop;
  stop.request_stop();
  options.cancel = stop.get_token();
  CHECK_THAT(made::message_of([&] { Trainer::head(made_trunk(), options).fit(parts.train); }), Contains("cancelled"));
}

TEST_CASE("The penalty is chosen, concepts are weighed, folds are told") {
  const TemporaryFolder folder;
  const auto data = of(coloured_inputs(12));
  HeadOptions options = options_in(
      folder, {.choose_l2 = true, .balance = true, .concept_weights = {{"red", 2.0f}}, .folds = 3, .cross_validate = true});
  const Report report = Trainer::head(made_trunk(), options).fit(data).report;
  CHECK(report.fold_accuracy.size() == 3);
  CHECK(report.settings.at("l2").number() <= 1);
  CHECK_FALSE(report.accuracy);
  options.concept_weights = {{"rde", 2.0f}};
  CHECK_THAT(made::message_of([&] { Trainer::head(made_trunk(), options).fit(data); }),
             Contains("there is no concept \"rde\""));
}

TEST_CASE("Options out of their range are errors by name") {
  const auto message = [](HeadOptions options) { return made::message_of([&] { Trainer::head(made_trunk(), options); }); };
  CHECK_THAT(message({.epochs = 0}), Contains("epochs: wanted 1"));
  CHECK_THAT(message({.learning_rate = made::nan}), Contains("learning_rate"));
  CHECK_THAT(message({.batch = 0}), Contains("batch"));
  CHECK_THAT(message({.hidden = -1}), Contains("hidden"));
  CHECK_THAT(message({.l2 = -1.0f}), Contains("l2"));
  CHECK_THAT(message({.concept_weights = {{"a", -1.0f}}}), Contains("concept_weights of a"));
  CHECK_THAT(message({.folds = 1}), Contains("folds"));
  CHECK_THAT(message({.neighbours = 0}), Contains("neighbours"));
  CHECK_THAT(message({.threads = -1}), Contains("threads"));
  CHECK_THAT(message({.kind = HeadKind::Neighbours, .exclusive = false}), Contains("exclusive"));
}

TEST_CASE("Two trainings at once on one trunk and one cache disturb each other in nothing") {
  const TemporaryFolder folder;
  const Split parts = of(coloured_inputs(10)).split();
  const Trainer trainer = Trainer::head(made_trunk(), options_in(folder));
  std::vector<float> other;
  std::thread thread([&] { other = trainer.fit(parts.train, parts.held_out).report.predictions->scores; });
  const auto mine = trainer.fit(parts.train, parts.held_out).report.predictions->scores;
  thread.join();
  CHECK(mine == other);
}
