#include <fstream>

#include "catch.h"
#include "train/deep/deep.h"
#include "temporary_folder.h"
#include "workflow/base/error.h"
#include "workflow/model/classifier.h"
#include "workflow/model/embedder.h"

using namespace workflow;
using Catch::Contains;
using test::coloured_inputs;
using test::quick;
using test::text_trainer;
using test::tiny_trainer;

TEST_CASE("A small net learns colours, tells how well, and says the same once it is saved and loaded") {
  const TemporaryFolder models;
  const auto catalogue = Catalogue::open(models.path().string());
  const auto [train, held_out] = Dataset::of(coloured_inputs(24)).split({.held_out = 0.25, .seed = 1});
  const Trained trained = tiny_trainer(quick({.epochs = 6})).fit(train, held_out);
  const Report& report = trained.report;
  CHECK(report.accuracy.value() > 0.9);
  CHECK(report.trained_on == 54);
  CHECK(report.held_out == 18);
  CHECK(report.concepts.at(1).name == "green");
  CHECK(report.concepts.at(1).trained_on == 18);
  CHECK(report.epochs.size() == 6);
  CHECK(report.epochs.back().loss < report.epochs.front().loss);
  CHECK(report.epochs.back().metric == "accuracy");
  CHECK(report.seconds_waiting <= report.seconds_training);
  CHECK(report.settings.at("image_size") == Json(16));
  const auto classify = trained.model.as<Classifier>();
  const Image red = test::coloured(60, 60, 190, 999);
  CHECK(classify.classify(red).top().name == "red");
  catalogue.save(trained.model, "colours");
  CHECK(catalogue.load<Classifier>("colours").classify(red) == classify.classify(red));
}

TEST_CASE("What is measured is what the model says when it runs") {
  const auto [train, held_out] = Dataset::of(coloured_inputs(8)).split({.held_out = 0.5, .seed = 1});
  const Trained trained = tiny_trainer(quick({.epochs = 1})).fit(train, held_out);
  const auto classify = trained.model.as<Classifier>();
  const Predictions& said = *trained.report.predictions;
  for (std::size_t i = 0; i < held_out.size(); ++i) {
    const Concepts concepts = classify.classify(image_of(held_out[i]));
    for (std::size_t k = 0; k < said.concepts.size(); ++k)
      CHECK(concepts.score(said.concepts[k]) == Approx(said.scores[i * said.concepts.size() + k]).margin(2e-4));
  }
}

TEST_CASE("Equal seeds give equal weights, another seed gives others") {
  const Dataset train = Dataset::of(coloured_inputs(6));
  const auto bits = [&](std::uint64_t seed) {
    return test::bits_of(tiny_trainer(quick({.epochs = 2, .seed = seed})).fit(train).model);
  };
  const std::string first = bits(1);
  CHECK(bits(1) == first);
  CHECK(bits(2) != first);
}

TEST_CASE("Every template of pictures learns a step, by either optimiser") {
  const Dataset train = Dataset::of(coloured_inputs(2));
  for (const std::string& name : Catalogue::training_templates()) {
    if (name.starts_with("text/") || name.starts_with("detection/")) continue;
    CAPTURE(name);
    Trainer trainer = Trainer::deep(test::no_models().training_template(name), quick({.epochs = 1}));
    trainer.set({{"image_size", 32}, {"batch", 4}, {"from", ""}, {"optimiser", name.back() % 2 == 0 ? "sgd" : "adamw"}});
    const Trained trained = trainer.fit(train, train);
    CHECK(std::isfinite(trained.report.epochs.at(0).loss));
    if (name.starts_with("embedding/"))
      CHECK(trained.model.as<Embedder>().embed(image_of(train[0])).values.size() >= 128);
    else
      CHECK(trained.model.as<Classifier>().classify(image_of(train[0])).size() == 3);
  }
}

TEST_CASE("Concepts that are not exclusive learn by sigmoids") {
  std::vector<LabelledInput> inputs = coloured_inputs(16);
  for (LabelledInput& input : inputs)
    if (input.positive.front() != "red") input.positive.push_back("cold");
  const Dataset all = Dataset::of(std::move(inputs));
  Trainer trainer = tiny_trainer(quick({.epochs = 5}));
  trainer.set({{"exclusive", false}, {"label_smoothing", 0.0}});
  const Trained trained = trainer.fit(all, all);
  CHECK(trained.report.average_precision.value() > 0.9);
  CHECK(trained.report.epochs.back().metric == "average precision");
  CHECK_FALSE(trained.report.exclusive);
}

TEST_CASE("A text transformer learns which word tells, with a vocabulary of its own") {
  const auto [train, held_out] = Dataset::of(test::told_texts(60)).split({.held_out = 0.25, .seed = 1});
  const Trained trained = text_trainer(quick({.epochs = 12})).fit(train, held_out);
  CHECK(trained.report.accuracy.value() > 0.95);
  const auto classify = trained.model.as<Classifier>();
  CHECK(classify.classify(Text{"on monday it was lovely"}).top().name == "good");
  CHECK(classify.classify(Text{"on monday it was awful"}).top().name == "bad");
}

TEST_CASE("A frozen trunk stays as it was while the head learns") {
  const TemporaryFolder models;
  const auto catalogue = Catalogue::open(models.path().string());
  const Dataset train = Dataset::of(coloured_inputs(8));
  const Trained first = tiny_trainer(quick({.epochs = 1})).fit(train);
  catalogue.save(first.model, "begun");
  const auto trained_with = [&](std::initializer_list<Json::Member> settings) {
    Trainer trainer = Trainer::deep(catalogue.training_template("classification/tiny"), quick({.epochs = 2}));
    trainer.set({{"image_size", 16}, {"batch", 8}, {"from", "begun"}});
    trainer.set(settings);
    return trainer.fit(train);
  };
  const auto tensor = [](const Trained& trained, const char* name) {
    const TensorView* view = trained.model.parts()->weights().find(name);
    REQUIRE(view);
    return std::string(reinterpret_cast<const char*>(view->data.data()), view->data.size());
  };
  const Trained trunk = trained_with({{"freeze", "trunk"}});
  for (const char* name : {"stem.conv.weight", "stem.norm.weight", "stem.norm.running_mean", "stage3.second.conv.weight"})
    CHECK(tensor(trunk, name) == tensor(first, name));
  CHECK(tensor(trunk, "head.weight") != tensor(first, "head.weight"));
  const Trained stem = trained_with({{"freeze", "stem"}});
  CHECK(tensor(stem, "stem.conv.weight") == tensor(first, "stem.conv.weight"));
  CHECK(tensor(stem, "stage1.down.conv.weight") != tensor(first, "stage1.down.conv.weight"));
  const Trained thawed = trained_with({{"freeze", "trunk"}, {"unfreeze_epochs", 2}});
  CHECK(tensor(thawed, "stem.conv.weight") == tensor(first, "stem.conv.weight"));
  CHECK(tensor(thawed, "stage3.second.conv.weight") != tensor(first, "stage3.second.conv.weight"));
  const Trained norms = trained_with({{"frozen_batch_norm", true}});
  CHECK(tensor(norms, "stem.norm.running_mean") == tensor(first, "stem.norm.running_mean"));
  CHECK(tensor(norms, "stem.norm.weight") == tensor(first, "stem.norm.weight"));
  CHECK(tensor(norms, "stem.conv.weight") != tensor(first, "stem.conv.weight"));
}

TEST_CASE("Weights to begin with that are not there, or of another architecture, are told") {
  const TemporaryFolder models;
  const auto catalogue = Catalogue::open(models.path().string());
  const Dataset train = Dataset::of(coloured_inputs(2));
  Trainer trainer = Trainer::deep(catalogue.training_template("classification/tiny"), quick());
  trainer.set({{"from", "no-such-model"}});
  CHECK_THROWS_WITH(trainer.fit(train), Contains("there is no model"));
  trainer.set({{"from", "/nowhere/weights.safetensors"}});
  CHECK_THROWS_AS(trainer.fit(train), Error);
  catalogue.save(test::made_trunk(), "other");
  trainer.set({{"from", "other"}});
  CHECK_THROWS_WITH(trainer.fit(train), Contains("do not fit") && Contains("missing: stem.conv.weight"));
}

TEST_CASE("A loss that is no number stops the training; what was learnt before is kept, and it says what to try") {
  const Dataset train = Dataset::of(coloured_inputs(8));
  // Weight decay of many times the weights: they grow manyfold at each step.
  const auto diverging = [](double rate, int batch) {
    Trainer trainer = tiny_trainer(quick({.epochs = 40}));
    trainer.set({{"learning_rate", rate}, {"weight_decay", 1.0}, {"schedule", "plateau"}, {"warm_up", 0.0}, {"batch", batch}});
    return trainer;
  };
  CHECK_THROWS_WITH(diverging(100, 1).fit(train),
                    Contains("the loss of step") && Contains("is no number") && Contains("try a learning_rate of 10 in place of 1e+02, clipping 1"));
  const Trained trained = diverging(5, 8).fit(train, train);
  REQUIRE(trained.report.epochs.size() >= 1);
  REQUIRE(trained.report.epochs.size() < 40);
  CHECK(test::has_note(trained.report, "is no number"));
  CHECK(test::has_note(trained.report, "the weights are those of epoch"));
  for (const float score : trained.report.predictions->scores) CHECK(std::isfinite(score));
}

TEST_CASE("Training stops when nothing comes of it, or when the host says so, and keeps the best") {
  const auto [train, held_out] = Dataset::of(coloured_inputs(12)).split({.held_out = 0.5, .seed = 1});
  Trainer patient = tiny_trainer(quick({.epochs = 30}));
  patient.set({{"patience", 2}});
  const Report report = patient.fit(train, held_out).report;
  REQUIRE(report.epochs.size() < 30);
  CHECK(report.epochs.back().stale_for == 2);
  double best = 0;
  for (const Epoch& epoch : report.epochs) best = std::max(best, epoch.value.value());
  CHECK(report.accuracy.value() == Approx(best));

  Trainer stopped = tiny_trainer(quick({.epochs = 30}));
  stopped.on_epoch([](const Epoch& epoch) { return epoch.number == 2 ? Verdict::Stop : Verdict::Continue; });
  CHECK(stopped.fit(train, held_out).report.epochs.size() == 2);

  CHECK(test::has_note(patient.fit(train.subset(std::vector<std::size_t>{0, 1, 2, 3, 4, 5, 6, 7})).report, "nothing was held out"));
}

TEST_CASE("A search for a rate suggests one between too little and too much, and leaves the trainer as it was") {
  const Dataset train = Dataset::of(coloured_inputs(8));
  const Trainer trainer = tiny_trainer(quick({.epochs = 1}));
  const std::string before = test::bits_of(trainer.fit(train).model);
  const RateSearch found = trainer.find_learning_rate(train);
  CHECK(found.suggested > 1e-5);
  CHECK(found.suggested < 5);
  CHECK(found.losses.size() > 20);
  CHECK(test::bits_of(trainer.fit(train).model) == before);
}

TEST_CASE("Data that nothing can be learnt from is told") {
  const Trainer trainer = tiny_trainer(quick({.epochs = 1}));
  CHECK_THROWS_WITH(trainer.fit({}), Contains("wanted inputs to train on"));
  CHECK_THROWS_WITH(trainer.fit(Dataset::of(test::told_texts(4))), Contains("wanted a data set of pictures"));
  CHECK_THROWS_WITH(text_trainer(quick()).fit(Dataset::of(coloured_inputs(4))), Contains("wanted a data set of texts"));
  std::vector<LabelledInput> one = coloured_inputs(4);
  std::erase_if(one, [](const LabelledInput& input) { return input.positive.front() != "red"; });
  CHECK_THROWS_WITH(trainer.fit(Dataset::of(one)), Contains("at least 2 concepts") && Contains("red"));
}

TEST_CASE("Pictures that cannot be read are counted and named; too many are an error") {
  const auto with_broken = [](int broken) {
    std::vector<LabelledInput> inputs = coloured_inputs(10);
    for (int i = 0; i < broken; ++i) {
      const auto at = static_cast<std::size_t>(i) * 3;
      inputs[at].id = "broken " + std::to_string(i);
      inputs[at].input = ImageFile{"/nowhere/" + std::to_string(i) + ".jpg"};
    }
    return Dataset::of(std::move(inputs), {.tolerance = 0.1});
  };
  const Report report = tiny_trainer(quick({.epochs = 3})).fit(with_broken(2)).report;
  REQUIRE(report.faults.size() == 2);
  CHECK(report.faults[0].id.starts_with("broken "));
  CHECK_THROWS_WITH(tiny_trainer(quick({.epochs = 3})).fit(with_broken(6)), Contains("more than the tolerance of 0.1"));
}

TEST_CASE("A training can be cancelled, and tells how far it is") {
  std::stop_source stop;
  std::uint64_t told = 0;
  DeepOptions options = quick({.epochs = 1000});
  options.cancel = stop.get_token();
  options.progress = [&](const ProgressStep& step) {
    told = step.done;
    if (step.done > 60) stop.request_stop();
  };
  CHECK_THROWS_WITH(tiny_trainer(options).fit(Dataset::of(coloured_inputs(8))), Contains("cancelled"));
  CHECK(told > 60);
}

TEST_CASE("Dropout and random weights leave the host's own random numbers alone") {
  // What LibTorch's generator gives next shows in a second training only if the first one moved it.
  const Dataset train = Dataset::of(test::told_texts(8));
  const std::string first = test::bits_of(text_trainer(quick({.epochs = 1})).fit(train).model);
  tiny_trainer(quick({.epochs = 1, .seed = 9})).fit(Dataset::of(coloured_inputs(4)));
  CHECK(test::bits_of(text_trainer(quick({.epochs = 1})).fit(train).model) == first);
}

TEST_CASE("Training in bfloat16 learns, or says that this processor lacks it") {
  const Dataset all = Dataset::of(coloured_inputs(16));
  const Trainer trainer = tiny_trainer(quick({.epochs = 5, .precision = Precision::BFloat16}));
  try {
    CHECK(trainer.fit(all, all).report.accuracy.value() > 0.8);
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::Unavailable);
    CHECK_THAT(error.what(), Contains("bfloat16"));
  }
}

TEST_CASE("An embedder that was trained carries a head, and finds its like once it is saved and loaded") {
  const TemporaryFolder models, cache;
  const auto catalogue = Catalogue::open(models.path().string());
  const auto [train, held_out] = Dataset::of(coloured_inputs(16)).split({.held_out = 0.25, .seed = 1});
  Trainer trainer = Trainer::deep(test::no_models().training_template("embedding/supervised-contrastive"), quick({.epochs = 3}));
  trainer.set({{"trunk", "tiny"}, {"image_size", 16}, {"batch", 12}, {"size", 16}, {"colour", 0.0}});
  const Trained trained = trainer.fit(train, held_out);
  REQUIRE(trained.report.retrieval);
  CHECK(trained.report.retrieval->queries == 12);
  CHECK(trained.report.retrieval->recall_at_1 > 0.8);
  CHECK(trained.report.epochs.back().metric == "recall@1");
  catalogue.save(trained.model, "colours");
  CHECK_THAT(catalogue.get("colours").card, Contains("12 held-out images") && Contains("recall@1"));
  const auto embed = catalogue.load<Embedder>("colours");
  const std::vector<float> values = embed.embed(image_of(held_out[0])).values;
  float squares = 0;
  for (const float value : values) squares += value * value;
  CHECK(squares == Approx(1).epsilon(1e-3));
  const Trained head = Trainer::head(embed, {.epochs = 30, .threads = 1, .cache = {.folder = cache.path().string()}}).fit(train, held_out);
  CHECK(head.report.accuracy.value() > 0.9);
}
