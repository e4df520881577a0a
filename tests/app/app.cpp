#include "workflow/app/app.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cmath>
#include <thread>

#include "app/made_annotations.h"
#include "app/store.h"
#include "catch.h"
#include "run_once.h"
#include "temporary_folder.h"

using namespace workflow;
using made::message_of;

TEST_CASE("A new app is empty, and opening its folder again gives the same one") {
  const TemporaryFolder folder;
  const App app = App::open(folder / "deep/app");
  for (const auto& [status, word] : statuses) CHECK(app.count(status) == 0);
  CHECK(app.annotations().empty());
  CHECK(app.relations().empty());
  CHECK(app.review().next(5).empty());
  CHECK(&App::open(folder / "deep/../deep/app").store() == &app.store());
  CHECK(&App::from_json(app.to_json()).store() == &app.store());
  CHECK(app.folder() == folder / "deep/app");
}

TEST_CASE("A graph's JSON opens no app that is not there") {
  const TemporaryFolder folder;
  CHECK_THAT(message_of([&] { App::from_json(Json(folder / "none")); }), Catch::Contains("there is no app in this folder"));
  CHECK_FALSE(std::filesystem::exists(folder / "none"));
  CHECK_THAT(message_of([&] { App::from_json(Json(3)); }), Catch::Contains("wanted the folder of an app, got"));
  CHECK_FALSE(App::from_json(Json()));
}

TEST_CASE("No app at all says so") {
  const App none;
  CHECK_FALSE(none);
  CHECK(none.folder().empty());
  CHECK(none.to_json().is_null());
  CHECK(message_of([&] { none.count(Status::Success); }) == "[app] wanted an app, got none; give it App::open(folder)");
  CHECK_THROWS_AS(none.review(), Error);
  CHECK_THROWS_AS(none.outlet(), Error);
}

TEST_CASE("What was submitted comes back as it was, and is there when the app is opened again") {
  const TemporaryFolder folder;
  Annotation wanted{.input_id = "cats/a \"b\".jpg",
                    .path = {2, 0},
                    .region = Box{0.1f, 0.2f, 0.3f, 0.4f},
                    .moment = Moment{12, 0.48},
                    .concepts = {{"cat", 0.71f}, {"dog", 0.1f}},
                    .status = Status::AwaitingReview,
                    .by = "ada",
                    .task = "pets",
                    .info = Json::object({{"camera", 3}})};
  Annotation written;
  {
    const App app = App::open(folder.path());
    written = app.submit(wanted);
    CHECK(written.id == 1);
    CHECK(written.created == written.modified);
    CHECK(std::chrono::abs(written.created - std::chrono::system_clock::now()) < std::chrono::minutes(1));
  }
  const App app = App::open(folder.path());
  CHECK(app.annotation(1) == written);
  wanted.id = 1;
  wanted.created = wanted.modified = written.created;
  CHECK(written == wanted);
  CHECK(app.count(Status::AwaitingReview) == 1);
  CHECK(message_of([&] { app.annotation(2); }) ==
        "[app] there is no annotation 2 in \"" + folder.path().string() + "/app.sqlite\", or no longer");
}

TEST_CASE("Annotations are found by input, status, concept, task and page") {
  const TemporaryFolder folder;
  const App app = App::open(folder.path());
  for (int i = 0; i < 10; ++i) {
    Annotation it = made::annotation("input-" + std::to_string(i % 5), {{i % 2 ? "cat" : "dog", 0.5f}}, i < 3 ? Status::Success : Status::PendingReview);
    it.task = i == 9 ? "late" : "";
    app.submit(it);
  }
  const auto ids = [&](const AnnotationQuery& query) {
    std::vector<std::int64_t> found;
    for (const Annotation& it : app.annotations(query)) found.push_back(it.id);
    return found;
  };
  using Ids = std::vector<std::int64_t>;
  CHECK(ids({.input_id = "input-1"}) == Ids{2, 7});
  CHECK(ids({.status = Status::Success}) == Ids{1, 2, 3});
  CHECK(ids({.status = Status::Success, .concept_name = "cat"}) == Ids{2});
  CHECK(ids({.concept_name = "cow"}).empty());
  CHECK(ids({.task = "late"}) == Ids{10});
  CHECK(ids({.after = 7, .most = 2}) == Ids{8, 9});
  CHECK(ids({.run = "none"}).empty());
  app.review().approve(app.annotation(4), {.by = "ada"});
  CHECK(ids({.reviewed = true}) == Ids{4});
  CHECK(ids({.reviewed = false}).size() == 9);
}

TEST_CASE("An annotation that cannot hold is refused, and nothing of it is written") {
  const TemporaryFolder folder;
  const App app = App::open(folder.path());
  const auto message = [&](const Concepts& concepts) { return message_of([&] { app.submit(made::annotation("a", concepts)); }); };
  CHECK(message({{"cat", made::nan}}) == "[annotation] wanted a score in 0..1, got nan for \"cat\"");
  CHECK(message({{"cat", 1.5f}}) == "[annotation] wanted a score in 0..1, got 1.5 for \"cat\"");
  CHECK(message({{"", 0.5f}}) == "[annotation] wanted a concept's name, got an empty one");
  Annotation nobody = made::annotation("a", {{"cat", 0.5f}});
  nobody.by.clear();
  CHECK_THAT(message_of([&] { app.submit(nobody); }), Catch::Contains("by: wanted the model or person"));
  Annotation nowhere = made::annotation("", {{"cat", 0.5f}});
  CHECK_THAT(message_of([&] { app.submit(nowhere); }), Catch::Contains("input_id: wanted"));
  Annotation odd = made::annotation("a", {{"cat", 0.5f}});
  odd.region = Box{0, made::nan, 1, 1};
  CHECK_THAT(message_of([&] { app.submit(odd); }), Catch::Contains("region: wanted edges"));
  CHECK(app.annotations().empty());
  CHECK_THROWS_AS(app.input("a"), Error);
}

TEST_CASE("A concept that stands there twice is kept once, with its higher score") {
  const TemporaryFolder folder;
  const App app = App::open(folder.path());
  CHECK(app.submit(made::annotation("a", {{"cat", 0.2f}, {"cat", 0.6f}})).concepts == Concepts{{"cat", 0.6f}});
}

TEST_CASE("An input has a size and metadata") {
  const TemporaryFolder folder;
  const App app = App::open(folder.path());
  const Input input{.id = "a.jpg", .width = 640, .height = 480, .metadata = Json::object({{"city", "Riga"}})};
  app.put(input);
  CHECK(app.input("a.jpg") == input);
  app.put({.id = "a.jpg"});
  CHECK(app.input("a.jpg") == Input{.id = "a.jpg"});
  CHECK_THAT(message_of([&] { app.put({.id = "a.jpg", .metadata = Json(3)}); }), Catch::Contains("metadata: wanted an object"));
  CHECK_THAT(message_of([&] { app.put({.id = "a.jpg", .width = -1}); }), Catch::Contains("wanted a size in pixels"));
  CHECK_THAT(message_of([&] { app.input("b.jpg"); }), Catch::Contains("there is no input \"b.jpg\""));
}

TEST_CASE("An app keeps how its concepts relate, for everybody who opens it") {
  const TemporaryFolder folder;
  ConceptGraph words;
  words.synonym("couch", "sofa");
  words.hypernym("tabby", "cat");
  words.hypernym("cat", "animal");
  App::open(folder.path()).set_relations(words);
  CHECK(App::open(folder.path()).relations() == words);
  App::open(folder.path()).set_relations({});
  CHECK(App::open(folder.path()).relations().empty());
}

TEST_CASE("Many threads write and read at once, and nothing is lost") {
  const TemporaryFolder folder;
  const App app = App::open(folder.path(), {.synchronous = AppOptions::Synchronous::Normal});
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 50; ++i) {
        app.submit(made::annotation(std::to_string(t) + "/" + std::to_string(i), {{"cat", 0.5f}}));
        app.count(Status::PendingReview);
      }
    });
  for (std::thread& it : threads) it.join();
  CHECK(app.count(Status::PendingReview) == 200);
}

TEST_CASE("Options out of range are refused") {
  const TemporaryFolder folder;
  CHECK(message_of([&] { App::open(folder.path(), {.wait = std::chrono::milliseconds(-1)}); }) == "[app] wait: wanted 0..3,600,000 ms, got -1");
  CHECK(message_of([&] { App::open(""); }) == "[app] wanted a folder, got an empty name");
}

TEST_CASE("A forked process is told to open the app anew") {
  const TemporaryFolder folder;
  const App app = App::open(folder.path());
  app.submit(made::annotation("a", {}));
  const pid_t child = ::fork();
  if (child == 0) {
    bool told = false;
    try {
      app.count(Status::Success);
    } catch (const Error& error) {
      told = std::string_view(error.what()).find("opened before a fork") != std::string_view::npos;
    }
    ::_exit(told && App::open(folder.path()).count(Status::PendingReview) == 1 ? 0 : 1);
  }
  int status = 1;
  ::waitpid(child, &status, 0);
  CHECK(status == 0);
}
