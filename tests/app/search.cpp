#include <sys/wait.h>
#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "app/schema.h"
#include "app/search_index.h"
#include "catch.h"
#include "made.h"
#include "temporary_folder.h"
#include "workflow/app/app.h"
#include "workflow/base/error.h"

using namespace workflow;

namespace {

Embedding towards(float degrees) { return {{std::cos(degrees / 57.29578f), std::sin(degrees / 57.29578f)}}; }

void put(const App& app, const std::string& input, const Embedding& embedding, const std::string& model = "m@1") {
  const IndexEntry entry{.input_id = input, .embedding = embedding, .model = model};
  app.index({&entry, 1});
}

void say(const App& app, const std::string& input, const Concepts& concepts, Status status = Status::Success) {
  app.submit({.input_id = input, .concepts = concepts, .status = status, .by = "ada"});
}

std::vector<std::string> ids(const Hits& hits) {
  std::vector<std::string> names;
  for (const Hit& hit : hits) names.push_back(hit.input_id);
  return names;
}

using Names = std::vector<std::string>;

std::string message_of(const auto& call) {
  try {
    call();
  } catch (const Error& error) {
    const std::string text = error.what();
    CHECK(text.substr(0, text.find('\n')).size() <= 200);
    return text;
  }
  return "nothing was thrown";
}

// Another process, which runs one of this program's hidden tests; gives what it exited with.
int in_another_process(const std::string& folder, const char* test) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::setenv("WORKFLOW_TEST_APP", folder.c_str(), 1);
    ::execl("/proc/self/exe", "test_app", test, nullptr);
    ::_exit(127);
  }
  int status = -1;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/// Four photos at 0, 10, 20 and 90 degrees, with what is known of them.
struct Photos {
  TemporaryFolder folder;
  App app = App::open(folder / "app");

  Photos() {
    put(app, "a", towards(0));
    put(app, "b", towards(10));
    put(app, "c", towards(20));
    put(app, "d", towards(90));
    say(app, "a", {{"cat", 0.9f}});
    say(app, "b", {{"dog", 0.8f}, {"pet", 0.9f}});
    say(app, "c", {{"cat", 0.6f}}, Status::PendingReview);
    say(app, "d", {{"cat", 0.7f}}, Status::ReviewDenied);
    app.put({.id = "a", .metadata = Json::parse(R"({"camera": {"lens": 35}, "indoors": true, "tags": ["x", "y"]})")});
    app.put({.id = "b", .metadata = Json::parse(R"({"camera": {"lens": 50.0}, "place": "yard"})")});
    app.put({.id = "c", .metadata = Json::parse(R"({"camera": {"lens": "35"}, "place": null})")});
  }
};

}  // namespace

TEST_CASE("a search gives the likest inputs first, with what is said of them and where they were found") {
  const Photos photos;
  const Hits hits = photos.app.search({.like = towards(1), .top = 2});
  REQUIRE(ids(hits) == Names{"a", "b"});
  CHECK(hits[0].score == Approx(std::cos(1 / 57.29578f)).epsilon(1e-4));
  CHECK(hits[0].concepts == Concepts{{"cat", 0.9f}});
  CHECK(hits[1].concepts == Concepts{{"pet", 0.9f}, {"dog", 0.8f}});
  CHECK(hits[0].app == photos.app.folder());
  CHECK(hits[0].annotation == 0);
  CHECK(ids(photos.app.search({.like = towards(1), .at_least = 0.9f})) == Names{"a", "b", "c"});
  CHECK(ids(photos.app.search({.like = towards(1), .metric = VectorMetric::Euclidean})) == Names{"a", "b", "c", "d"});
}

TEST_CASE("what is only doubtful or denied is not said of a hit") {
  const Photos photos;
  const Hits hits = photos.app.search({.like = towards(20)});
  REQUIRE(ids(hits) == Names{"c", "b", "a", "d"});
  CHECK(hits[0].concepts.empty());
  CHECK(hits[3].concepts.empty());
}

TEST_CASE("filters come before ranks, and each may be negated") {
  const Photos photos;
  const App& app = photos.app;
  const auto found = [&](SearchQuery query) {
    query.like = towards(0);
    return ids(app.search(query));
  };
  CHECK(found({.concepts = {"cat"}}) == Names{"a", "c"});  // a denied one does not count
  CHECK(found({.concepts = {"cat"}, .status = {Status::Success}}) == Names{"a"});
  CHECK(found({.concepts = {"dog", "pet"}}) == Names{"b"});
  CHECK(found({.concepts = {"dog", "cat"}}).empty());
  CHECK(found({.not_concepts = {"cat"}}) == Names{"b", "d"});
  CHECK(found({.not_concepts = {"cat", "dog"}}) == Names{"d"});
  CHECK(found({.concepts = {"unheard of"}}).empty());
  CHECK(found({.not_concepts = {"unheard of"}, .top = 1}) == Names{"a"});
  CHECK(found({.status = {Status::PendingReview, Status::ReviewDenied}}) == Names{"c", "d"});
  CHECK(found({.not_status = {Status::Success}}) == Names{"c", "d"});
  CHECK(found({.where = {{"camera.lens", 35}}}) == Names{"a"});
  CHECK(found({.where = {{"camera.lens", 50}}}) == Names{"b"});
  CHECK(found({.where = {{"camera.lens", "35"}}}) == Names{"c"});
  CHECK(found({.where = {{"indoors", true}}}) == Names{"a"});
  CHECK(found({.where = {{"indoors", false}}}).empty());
  CHECK(found({.where = {{"tags", Json::array({"x", "y"})}}}) == Names{"a"});
  CHECK(found({.where = {{"place", Json()}}}) == Names{"a", "c", "d"});
  CHECK(found({.where = {{"place", "yard"}, {"camera.lens", 50}}}) == Names{"b"});
  CHECK(found({.where_not = {{"camera.lens", 35}}}) == Names{"b", "c", "d"});
  CHECK(found({.concepts = {"cat"}, .where_not = {{"indoors", true}}}) == Names{"c"});
  // The likest that pass, though they are not among the likest of all.
  CHECK(found({.concepts = {"cat"}, .not_concepts = {"pet"}, .where_not = {{"indoors", true}}, .top = 1}) == Names{"c"});
}

TEST_CASE("names with quotes and SQL in them are names") {
  const Photos photos;
  const App& app = photos.app;
  say(app, "a", {{"it's \"1\" OR 1=1; --", 1.0f}});
  CHECK(ids(app.search({.like = towards(0), .concepts = {"it's \"1\" OR 1=1; --"}})) == Names{"a"});
  CHECK(ids(app.search({.like = towards(0), .where = {{"place", "') OR ('' = '"}}})).empty());
  for (const char* name : {"", ".", "a..b", "camera.", "a\"b"})
    CHECK_THAT(message_of([&] { app.search({.where = {{name, 1}}}); }), Catch::Contains("wanted the name of a metadata member"));
}

TEST_CASE("without a like every input that passes is found, by its id") {
  const Photos photos;
  const Hits hits = photos.app.search({.not_concepts = {"dog"}});
  CHECK(ids(hits) == Names{"a", "c", "d"});
  CHECK(hits[0].score == 1);
  CHECK(ids(photos.app.search({.top = 2})) == Names{"a", "b"});
}

TEST_CASE("an input is like others, not like itself") {
  const Photos photos;
  CHECK(ids(photos.app.search({.like = "b", .top = 2})) == Names{"a", "c"});
  CHECK(ids(photos.app.search({.like = "a", .top = 1})) == Names{"b"});
  CHECK_THAT(message_of([&] { photos.app.search({.like = "nobody"}); }), Catch::Contains("there is no input \"nobody\""));
  photos.app.put({.id = "bare"});
  CHECK_THAT(message_of([&] { photos.app.search({.like = "bare"}); }), Catch::Contains("has no vector"));
}

TEST_CASE("pictures and texts are looked for through the embedder that was set") {
  const Photos photos;
  const App& app = photos.app;
  CHECK_THAT(message_of([&] { app.search({.like = made::image(4, 4)}); }), Catch::Contains("wanted an embedder of pictures"));
  struct Embeds {
    std::string name() const { return "m@1"; }
    Embedding operator()(const Image& image) const { return towards(static_cast<float>(image.width())); }
    std::vector<Embedding> operator()(Batch<Text> texts) const { return std::vector<Embedding>(texts.size(), towards(90)); }
  };
  app.set_embedder(Embeds());
  CHECK(ids(app.search({.like = made::image(19, 4), .top = 1})) == Names{"c"});
  CHECK(ids(app.search({.like = Text{"what stands upright"}, .top = 1})) == Names{"d"});
  app.set_embedder([](const Text&) { return towards(10); });
  CHECK(ids(app.search({.like = Text{"anything"}, .top = 1})) == Names{"b"});
  CHECK_THAT(message_of([&] { app.search({.like = made::image(4, 4)}); }), Catch::Contains("wanted an embedder of pictures"));
}

TEST_CASE("vectors of different models are never compared") {
  const Photos photos;
  const App& app = photos.app;
  put(app, "e", {{1, 0, 0}}, "long@1");
  CHECK(ids(app.search({.like = Embedding{{1, 0, 0}}})) == Names{"e"});
  CHECK(ids(app.search({.like = towards(0), .top = 1})) == Names{"a"});
  CHECK_THAT(message_of([&] { app.search({.like = Embedding{{1, 2, 3, 4}}}); }),
             Catch::Contains("wanted an embedding by \"long@1\" (3 numbers), \"m@1\" (2 numbers), got one of 4 numbers"));
  CHECK_THAT(message_of([&] { app.search({.like = towards(0), .model = "long@1"}); }), Catch::Contains("got one of 2 numbers"));
  CHECK_THAT(message_of([&] { app.search({.like = towards(0), .model = "absent@1"}); }), Catch::Contains("no vectors of \"absent@1\""));

  put(app, "f", towards(0), "m@2");
  CHECK_THAT(message_of([&] { app.search({.like = towards(0)}); }), Catch::Contains("name one of them"));
  CHECK(ids(app.search({.like = towards(0), .model = "m@2"})) == Names{"f"});
  CHECK(ids(app.search({.like = "f", .top = 3})).empty());
  LikeEmbedder embedder;
  embedder.model = "m@1";
  app.set_embedder(embedder);
  CHECK(ids(app.search({.like = towards(0), .top = 1})) == Names{"a"});
  CHECK_THAT(message_of([&] { put(app, "g", {{1, 2, 3}}); }), Catch::Contains("wanted 2 numbers, as the vectors of \"m@1\" have, got 3"));
  CHECK(app.index_report().size() == 3);
}

TEST_CASE("what is no vector is refused, and nothing of its call is kept") {
  const Photos photos;
  const float nan = std::numeric_limits<float>::quiet_NaN();
  for (const Embedding& bad : {Embedding{}, Embedding{{nan, 0}}, Embedding{{0, std::numeric_limits<float>::infinity()}}}) {
    const std::vector<IndexEntry> entries = {{.input_id = "new", .embedding = towards(5), .model = "m@1"},
                                             {.input_id = "bad", .embedding = bad, .model = "m@1"}};
    CHECK_THAT(message_of([&] { photos.app.index(entries); }), Catch::Contains("wanted"));
    CHECK_THAT(message_of([&] { photos.app.search({.like = bad}); }), Catch::Contains("wanted"));
  }
  CHECK_THAT(message_of([&] { put(photos.app, "", towards(0)); }), Catch::Contains("wanted an input's id"));
  CHECK_THAT(message_of([&] { photos.app.search({.like = towards(0), .top = 0}); }), Catch::Contains("top: wanted at least 1"));
  CHECK_THAT(message_of([&] { photos.app.search({.like = towards(0), .at_least = nan}); }), Catch::Contains("at_least: wanted 0..1"));
  CHECK(photos.app.search({.like = towards(0), .top = 100}).size() == 4);
}

TEST_CASE("an app without vectors finds nothing") {
  const TemporaryFolder folder;
  const App app = App::open(folder / "app");
  CHECK(app.search({.like = towards(0)}).empty());
  CHECK(app.search({}).empty());
  CHECK(app.index_report().empty());
  app.rebuild_index();
  app.index({});
  CHECK(app.remove_from_index("nobody") == 0);
}

TEST_CASE("a vector put in again changes nothing, another one stands in its place, a removed one is gone") {
  const Photos photos;
  const App& app = photos.app;
  put(app, "a", towards(0));
  CHECK(app.index_report()[0].vectors == 4);
  put(app, "a", towards(85));
  CHECK(app.index_report()[0].vectors == 4);
  CHECK(ids(app.search({.like = towards(84), .top = 2})) == Names{"a", "d"});
  CHECK(app.remove_from_index("a") == 1);
  CHECK(ids(app.search({.like = towards(84)})) == Names{"d", "c", "b"});
  put(app, "a", towards(84));
  CHECK(ids(app.search({.like = towards(84), .top = 1})) == Names{"a"});
  for (const char* name : {"a", "b", "c", "d"}) app.remove_from_index(name);
  CHECK(app.search({.like = towards(84)}).empty());
  put(app, "a", {{1, 2, 3}});  // the model may have another length now
  CHECK(ids(app.search({.like = Embedding{{1, 2, 3}}})) == Names{"a"});
}

TEST_CASE("several regions of an input are found each for itself, with what is said of their place") {
  const TemporaryFolder folder;
  const App app = App::open(folder / "app");
  const Box left{0.1f, 0.1f, 0.4f, 0.5f};
  const Box right{0.6f, 0.1f, 0.9f, 0.5f};
  const std::vector<IndexEntry> faces = {{.input_id = "group.jpg", .embedding = towards(0), .model = "f@1", .region = left, .path = {0}},
                                         {.input_id = "group.jpg", .embedding = towards(80), .model = "f@1", .region = right, .path = {1}}};
  app.index(faces);
  app.submit({.input_id = "group.jpg", .region = Box{0.12f, 0.1f, 0.41f, 0.5f}, .concepts = {{"ada", 1.0f}}, .by = "eve"});
  app.submit({.input_id = "group.jpg", .region = right, .concepts = {{"bob", 1.0f}}, .by = "eve"});
  const Hits hits = app.search({.like = towards(70)});
  REQUIRE(hits.size() == 2);
  CHECK(hits[0].concepts == Concepts{{"bob", 1.0f}});
  CHECK(hits[0].region == right);
  CHECK(hits[1].concepts == Concepts{{"ada", 1.0f}});
  CHECK(ids(app.search({.like = "group.jpg"})).empty());
}

TEST_CASE("an app opened again finds the same") {
  const TemporaryFolder folder;
  const std::string place = folder / "app";
  {
    const App app = App::open(place);
    put(app, "a", towards(0));
    put(app, "b", towards(50));
    CHECK(ids(app.search({.like = towards(1)})) == Names{"a", "b"});
  }
  const App again = App::open(place);
  CHECK(ids(again.search({.like = towards(1)})) == Names{"a", "b"});
  again.rebuild_index();
  CHECK(ids(again.search({.like = towards(49)})) == Names{"b", "a"});
}

TEST_CASE("finds what another process put in, and puts in something itself", "[.finds-as-another-process]") {
  const char* folder = std::getenv("WORKFLOW_TEST_APP");
  REQUIRE(folder);
  const App app = App::open(folder);
  REQUIRE(ids(app.search({.like = towards(1)})) == Names{"a", "b"});
  put(app, "c", towards(5));
  REQUIRE(app.remove_from_index("b") == 1);
  REQUIRE(ids(app.search({.like = towards(1)})) == Names{"a", "c"});
}

TEST_CASE("another process finds the same while this one has the app open, and what it changes is found here") {
  const TemporaryFolder folder;
  const App app = App::open(folder / "app");
  put(app, "a", towards(0));
  put(app, "b", towards(50));
  CHECK(ids(app.search({.like = towards(1)})) == Names{"a", "b"});
  REQUIRE(in_another_process(app.folder(), "[.finds-as-another-process]") == 0);
  CHECK(ids(app.search({.like = towards(1)})) == Names{"a", "c"});
}

TEST_CASE("of the removals only the last are kept, and who missed some of the others finds what is there") {
  const TemporaryFolder folder;
  const App app = App::open(folder / "app");
  for (const char* name : {"a", "b", "c"}) put(app, name, towards(0));
  Database db(app_file(app.folder()), Database::Access::Write, std::chrono::seconds(10));
  SearchIndex behind(app.folder());
  const auto found = [&](SearchIndex& index) {
    const Embedding like = towards(0);
    const Embedding* likes[] = {&like};
    std::vector<std::int64_t> rows;
    const auto nearest = index.search(db, {.name = "m@1", .length = 2}, {.top = 10}, likes);
    for (const Near& near : nearest[0]) rows.push_back(near.id);
    return rows;
  };
  CHECK(found(behind).size() == 3);

  app.remove_from_index("b");
  const std::int64_t removals = 100'000;
  db.change(R"(WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
               INSERT INTO vectors (input, annotation, model, path, vector)
               SELECT (SELECT id FROM inputs WHERE name = 'b'), 0, 'm@1', i, (SELECT vector FROM vectors LIMIT 1) FROM n)",
            removals);
  CHECK(app.remove_from_index("b") == removals);
  put(app, "d", towards(0));
  {
    Query kept = db.query("SELECT count(*) FROM removed_vectors");
    REQUIRE(kept.next());
    CHECK(kept.integer(0) == removals);
  }
  const auto rows = found(behind);
  CHECK(rows.size() == 3);
  SearchIndex fresh(app.folder());
  CHECK(found(fresh) == rows);
  CHECK(app.search({.like = towards(0)}).size() == 3);

  // From here on it is in step again.
  app.remove_from_index("a");
  CHECK(found(behind).size() == 2);
}

TEST_CASE("searches run beside writes and never see half of one") {
  const TemporaryFolder folder;
  const App app = App::open(folder / "app", {.synchronous = AppOptions::Synchronous::Normal});
  put(app, "first", towards(0));
  std::atomic<bool> stop = false;
  std::thread writer([&] {
    for (int i = 0; i < 60 && !stop; ++i) {
      const std::vector<IndexEntry> pair = {{.input_id = fmt::format("left {}", i), .embedding = towards(30), .model = "m@1"},
                                            {.input_id = fmt::format("right {}", i), .embedding = towards(30), .model = "m@1"}};
      app.index(pair);
      if (i % 3 == 0) app.remove_from_index(pair[0].input_id), app.remove_from_index(pair[1].input_id);
    }
    stop = true;
  });
  std::vector<std::thread> readers;
  std::atomic<int> faults = 0;
  for (int r = 0; r < 2; ++r)
    readers.emplace_back([&] {
      while (!stop) {
        try {
          if (app.search({.like = towards(0), .top = 500}).empty()) ++faults;
        } catch (const Error&) {
          ++faults;
        }
      }
    });
  writer.join();
  for (std::thread& reader : readers) reader.join();
  CHECK(faults == 0);
  CHECK(app.search({.like = towards(0), .top = 500}).size() == 1 + 2 * 40);
}

TEST_CASE("a filter reads and writes itself as JSON, and refuses what it does not know") {
  const SearchFilter filter{.concepts = {"cat"},
                            .not_concepts = {"dog"},
                            .status = {Status::Success},
                            .not_status = {Status::ReviewDenied},
                            .where = {{"camera.lens", 35}},
                            .where_not = {{"place", "yard"}}};
  CHECK(SearchFilter::from_json(Json::parse(filter.to_json().dump())).to_json() == filter.to_json());
  CHECK(SearchFilter::from_json(Json()).empty());
  CHECK(SearchFilter().to_json().size() == 0);
  CHECK_THAT(message_of([] { SearchFilter::from_json(Json::parse(R"({"concept": []})")); }), Catch::Contains("did you mean \"concepts\""));
  CHECK_THAT(message_of([] { SearchFilter::from_json(Json::parse(R"({"status": ["done"]})")); }), Catch::Contains("done"));
  CHECK_THAT(message_of([] { SearchFilter::from_json(Json::parse(R"({"concepts": "cat"})")); }), Catch::Contains("wanted a list"));
  CHECK_THAT(message_of([] { SearchFilter::from_json(Json::parse(R"({"where": [1]})")); }), Catch::Contains("wanted an object"));
  CHECK_THAT(message_of([] { SearchFilter::from_json(Json(1)); }), Catch::Contains("wanted an object"));
}
