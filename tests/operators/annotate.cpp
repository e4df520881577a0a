#include "workflow/operators/annotate.h"

#include "app/database.h"
#include "catch.h"
#include "operator_checks.h"
#include "temporary_folder.h"
#include "workflow/catalogue/catalogue.h"
#include "workflow/operators/operators.h"

using namespace workflow;
using made::message_of;

namespace {

App app_in(const TemporaryFolder& folder) {
  return App::open(folder.path(), {.synchronous = AppOptions::Synchronous::Normal});
}

// The host program's graph, on concepts that are there already.
struct Labelling {
  Graph graph{"label-photos"};
  BandPorts bands;
  Port<Concepts> sure;
  Port<Concepts> doubtful;

  explicit Labelling(const App& app, float accept = 0.8f)
      : bands(graph.input<Concepts>("concepts").split(Bands{.accept = accept, .review = 0.3f})),
        sure(bands.accept.then(Annotate{.app = app, .status = Status::Success}).named("sure")),
        doubtful(bands.review.then(Annotate{.app = app, .status = Status::PendingReview, .by = "bot", .info = Json(7), .task = "pets"})
                     .named("doubtful")) {}
};

const std::vector<Concepts> three = {{{"cat", 0.9f}, {"dog", 0.5f}}, {{"dog", 0.1f}}, {{"cow", 0.4f}}};

std::vector<std::string> texts_of(const std::vector<Reason>& reasons) {
  std::vector<std::string> texts;
  for (const Reason& it : reasons) texts.push_back(it.text);
  return texts;
}

}  // namespace

TEST_CASE("Annotate writes what passes, hands it on, and says who, by which graph, from which input") {
  const TemporaryFolder folder;
  const App app = app_in(folder);
  Labelling labelling(app);
  const auto results = made::run_all(labelling.graph, three);
  CHECK(results[0][labelling.sure].front()->top().name == "cat");

  const auto all = app.annotations();
  REQUIRE(all.size() == 3);
  CHECK(all[0].input_id == "0");
  CHECK(all[0].concepts == Concepts{{"cat", 0.9f}});
  CHECK(all[0].status == Status::Success);
  CHECK(all[0].by == "label-photos@" + all[0].graph_version);
  CHECK(all[0].graph == "label-photos");
  CHECK(all[0].step == "sure");
  CHECK(all[0].path.empty());
  CHECK_FALSE(all[0].region);
  CHECK(all[1].by == "bot");
  CHECK(all[1].task == "pets");
  CHECK(all[1].info == Json(7));
  CHECK(all[2].input_id == "2");
  CHECK(app.count(Status::PendingReview) == 2);
  CHECK_THROWS_AS(app.input("1"), Error);  // nothing was said of it
}

TEST_CASE("The same graph on the same inputs again changes nothing; another version of it writes beside") {
  const TemporaryFolder folder;
  const App app = app_in(folder);
  Labelling labelling(app);
  made::run_all(labelling.graph, three);
  const auto before = app.annotations();
  made::run_all(labelling.graph, three);
  made::run_all(Labelling(app).graph, three);  // drawn anew, the same
  CHECK(app.annotations() == before);
  made::run_all(Labelling(app, 0.7f).graph, three);
  CHECK(app.annotations().size() == 6);
}

TEST_CASE("An app that was moved knows what a graph wrote") {
  const TemporaryFolder folder;
  made::run_all(Labelling(App::open(folder / "here")).graph, three);
  std::filesystem::rename(folder / "here", folder / "there");
  made::run_all(Labelling(App::open(folder / "there")).graph, three);
  CHECK(App::open(folder / "there").annotations().size() == 3);
}

TEST_CASE("A dry run writes nothing") {
  const TemporaryFolder folder;
  const App app = app_in(folder);
  Executor({.effects = false}).run(Labelling(app).graph, three).finish();
  CHECK(app.annotations().empty());
}

TEST_CASE("A run is taken back, but for what a person decided on") {
  const TemporaryFolder folder;
  const App app = app_in(folder);
  Labelling labelling(app);
  Run run = Executor({.threads = 1}).run(labelling.graph, three);
  run.finish();
  CHECK(app.annotations({.run = run.id()}).size() == 3);
  app.review().approve(app.review().next(1, {.strategy = Strategy::Oldest})[0], {.by = "ada"});
  const Undone undone = app.undo(run.id());
  CHECK(undone.taken_back == 2);
  CHECK(undone.kept == 1);
  CHECK(app.annotations().size() == 1);
  CHECK_THAT(message_of([&] { app.undo("none"); }), Catch::Contains("no run \"none\" wrote to"));
  made::run_all(labelling.graph, three);  // what was taken back can be written again, under new ids
  CHECK(app.annotations().size() == 3);
  CHECK(app.annotations()[1].id > 3);
}

TEST_CASE("A region is annotated with its box on the input's picture, however deep it was found; the picture's size is kept") {
  const TemporaryFolder folder;
  const App app = app_in(folder);
  Graph graph("faces");
  const auto photo = graph.input<Image>("photo");
  const auto faces = photo.then(made::Finds{{made::region({0.5f, 0.5f, 1, 1}, 0.9f, "face")}});
  faces.then(Annotate{.app = app}).named("of-faces");
  faces.then(Crop{}).then(made::Finds{{made::region({0, 0, 0.5f, 0.5f}, 0.8f, "eye")}}).then(Annotate{.app = app}).named("of-eyes");
  faces.then(Crop{}).then([](const Image&) { return Concepts{{"happy", 0.7f}}; }).then(Annotate{.app = app}).named("of-moods");
  photo.then(Annotate{.app = app}).named("seen");
  made::run_once(graph, made::image(64, 32));
  const auto of = [&](std::string_view step) {
    for (const Annotation& it : app.annotations())
      if (it.step == step) return it;
    FAIL("no annotation of " << step);
    throw;
  };
  CHECK(of("of-faces").region == Box{0.5f, 0.5f, 1, 1});
  CHECK(of("of-faces").concepts == Concepts{{"face", 0.9f}});
  CHECK(of("of-faces").path == std::vector<std::uint32_t>{0});
  CHECK(of("of-eyes").region == Box{0.5f, 0.5f, 0.75f, 0.75f});
  CHECK(of("of-eyes").path == std::vector<std::uint32_t>{0, 0});
  CHECK(of("of-moods").region == Box{0.5f, 0.5f, 1, 1});
  CHECK_FALSE(of("seen").region);
  CHECK(of("seen").concepts.empty());
  CHECK(app.input("0").width == 64);
  CHECK(app.input("0").height == 32);
}

TEST_CASE("Zero items are zero annotations, and an input of which an item failed has none at all") {
  const TemporaryFolder folder;
  const App app = app_in(folder);
  Graph graph("g");
  graph.input<std::vector<Region>>("regions").then(checks::spread<Region>).then(Annotate{.app = app}).named("note");
  const Region good = made::region({0, 0, 1, 1});
  const Region bad = made::region({0, 0, 1, 1}, made::nan);
  const auto results = made::run_all(graph, std::vector<std::vector<Region>>{{}, {good, bad}, {good, good}});
  CHECK(results[0].ok());
  CHECK(results[1].error().what() == std::string("[g/note] input \"1\": wanted a score in 0..1, got nan for \"thing\""));
  CHECK(results[2].ok());
  CHECK(made::message_of([&] { app.input("1"); }) != "nothing was thrown");
  CHECK(app.annotations().size() == 2);
  CHECK(app.annotations()[0].input_id == "2");
}

TEST_CASE("Why: the numbers that each label and each concept that was not written were compared with, in the app and in the result") {
  const TemporaryFolder folder;
  const App app = app_in(folder);
  Labelling labelling(app);
  const Result result = made::run_once(labelling.graph, Concepts{{"cat", 0.9f}, {"tabby", 0.71f}, {"dog", 0.1f}});
  const auto all = app.annotations();
  REQUIRE(all.size() == 2);
  const std::vector<std::string> wanted = {"cat 0.90 >= accept 0.80 -> accept", "tabby 0.71 < accept 0.80 -> review",
                                           "dog 0.10 < review 0.30 -> rest"};
  for (const Annotation& it : all) {
    CHECK(texts_of(app.why(it.id)) == wanted);
    CHECK(app.why(it.id) == result.why(it));
  }
  CHECK(app.why(all[0].id)[1].concept_name == "tabby");
  Annotation other = all[0];
  other.input_id = "7";
  CHECK_THAT(message_of([&] { result.why(other); }), Catch::Contains("wanted an annotation that this result wrote, of input \"0\""));
  CHECK_THROWS_AS(app.why(99), Error);
}

TEST_CASE("The queue knows the bands that an annotation came through") {
  const TemporaryFolder folder;
  const App app = app_in(folder);
  Labelling labelling(app);  // edges at 0.3 and 0.8
  made::run_all(labelling.graph, std::vector<Concepts>{{{"a", 0.55f}}, {{"b", 0.79f}}, {{"c", 0.33f}}});
  std::vector<std::string> order;
  for (const Annotation& it : app.review().next(9, {.task = "pets"})) order.push_back(it.concepts.top().name);
  CHECK(order == std::vector<std::string>{"b", "c", "a"});
}

TEST_CASE("A graph with Annotate comes back from JSON, its app by its folder") {
  const TemporaryFolder folder;
  const App app = app_in(folder);
  Labelling labelling(app);
  const Catalogue none = Catalogue::open("");
  const Json json = labelling.graph.to_json();
  const Graph again = Graph::from_json(json.dump(), none);
  CHECK(again.to_json() == json);
  made::run_all(labelling.graph, three);
  made::run_all(again, three);
  CHECK(app.annotations().size() == 3);  // the same graph, so nothing twice
  checks::json_round_trip(Annotate{.app = app, .status = Status::AwaitingReview, .by = "x", .info = Json::array({1, "a"}), .task = "t"});
}

TEST_CASE("Annotate without an app, or with a status that is none, is refused when the step is added") {
  const TemporaryFolder folder;
  Graph graph("g");
  const auto concepts = graph.input<Concepts>("concepts");
  CHECK(message_of([&] { concepts.then(Annotate{}); }) == "[g/annotate] app: wanted an app, got none; give it App::open(folder)");
  checks::refused(Annotate{.app = app_in(folder), .status = static_cast<Status>(1)});
  CHECK(graph.drawing()->steps.size() == 1);
}

TEST_CASE("While the app is locked, inputs fail with one line and are written by the next run") {
  const TemporaryFolder folder;
  const App app = App::open(folder.path(), {.wait = std::chrono::milliseconds(20)});
  Labelling labelling(app);
  std::vector<Result> results;
  {
    Database other(folder / "app.sqlite", Database::Access::Write, std::chrono::milliseconds(0));
    other.run("BEGIN IMMEDIATE");
    results = made::run_all(labelling.graph, three);
  }
  CHECK_THAT(std::string(results[0].error().what()), Catch::Contains("[label-photos/sure] input \"0\": ") && Catch::Contains("it is locked by somebody else"));
  CHECK(results[1].ok());  // it wrote nothing
  CHECK(app.annotations().empty());
  CHECK(made::run_all(labelling.graph, three)[0].ok());
  CHECK(app.annotations().size() == 3);
}
