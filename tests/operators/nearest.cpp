#include "workflow/operators/nearest.h"

#include <sys/stat.h>

#include <cmath>
#include <fstream>

#include "catch.h"
#include "operator_checks.h"
#include "temporary_folder.h"

using namespace workflow;

namespace {

Examples known() {
  return Examples({{"cat", {{1, 0}}}, {"cat", {{0.9f, 0.1f}}}, {"dog", {{0, 1}}}, {"dog", {{0.1f, 0.9f}}}, {"fox", {{-1, 0}}}});
}

}  // namespace

TEST_CASE("Nearest says what the nearest examples are, in shares that add up to 1") {
  for (const auto metric : {Nearest::Metric::Cosine, Nearest::Metric::Euclidean}) {
    const Nearest nearest{.examples = known(), .k = 3, .metric = metric};
    const Concepts said = nearest({{1, 0.05f}});
    CHECK(said.top().name == "cat");
    CHECK(said.score("cat") > 0.7f);
    float sum = 0;
    for (const Concept& it : said) sum += it.score;
    CHECK(sum == Approx(1.0f));
  }
  CHECK(Nearest{.examples = known(), .k = 1}({{0, 2}}) == Concepts{{"dog", 1.0f}});
  CHECK(Nearest{.examples = known(), .k = 100}({{1, 1}}).size() == 2);  // the fox looks the other way
}

TEST_CASE("An embedding that is like nothing gets no concepts") {
  CHECK(Nearest{.examples = known()}({{0, 0}}).empty());
  CHECK(Nearest{.examples = Examples(std::vector<Example>{{"fox", {{-1, 0}}}})}({{1, 0}}).empty());
}

TEST_CASE("Nearest refuses NaN, infinities and another length") {
  const Nearest nearest{.examples = known()};
  for (const Embedding& bad : {Embedding{{NAN, 0}}, Embedding{{INFINITY, 0}}, Embedding{{1}}, Embedding{}})
    CHECK(checks::error_of([&] { nearest(bad); }) == ErrorCode::InvalidValue);
  CHECK(checks::error_of([] { Examples(std::vector<Example>{{"cat", {{NAN}}}}); }) == ErrorCode::InvalidValue);
  CHECK(checks::error_of([] { Examples(std::vector<Example>{{"", {{1}}}}); }) == ErrorCode::InvalidValue);
  CHECK(checks::error_of([] { Examples(std::vector<Example>{{"a", {}}}); }) == ErrorCode::InvalidValue);
  CHECK(checks::error_of([] { Examples({{"a", {{1}}}, {"b", {{1, 2}}}}); }) == ErrorCode::InvalidValue);
}

TEST_CASE("Examples come from JSON, a file of it, and go back") {
  const TemporaryFolder folder;
  const std::string file = folder / "known.json";
  std::ofstream(file) << known().to_json().dump();
  const Examples loaded = Examples::load(file);
  CHECK(loaded.size() == 5);
  CHECK(loaded[1] == known()[1]);
  CHECK(loaded.to_json().at("file").string() == file);
  CHECK(Examples::from_json(loaded.to_json()).size() == 5);
  CHECK(Examples::from_json(known().to_json()).to_json() == known().to_json());

  CHECK(checks::error_of([&] { Examples::load(folder / "absent.json"); }) == ErrorCode::NotFound);
  std::ofstream(folder / "broken.json") << "[{";
  CHECK(checks::error_of([&] { Examples::load(folder / "broken.json"); }) == ErrorCode::Unreadable);
  std::ofstream(folder / "loop.json") << Json::object({{"file", folder / "loop.json"}}).dump();
  CHECK(checks::error_of([&] { Examples::load(folder / "loop.json"); }) == ErrorCode::Unreadable);
  CHECK(checks::error_of([&] { Examples::load(folder.path().string()); }) == ErrorCode::Unreadable);
  // Neither waits for a writer, nor ends.
  REQUIRE(::mkfifo((folder / "pipe").c_str(), 0600) == 0);
  CHECK(checks::error_of([&] { Examples::load(folder / "pipe"); }) == ErrorCode::Unreadable);
  CHECK(checks::error_of([&] { Examples::load("/dev/zero"); }) == ErrorCode::Unreadable);
  CHECK(checks::error_of([] { Examples::from_json(Json::parse(R"([{"concept": "a"}])")); }) == ErrorCode::InvalidValue);
  CHECK(checks::error_of([] { Examples::from_json(Json::parse(R"([{"concept": "a", "embedding": ["b"]}])")); }) == ErrorCode::InvalidValue);
}

TEST_CASE("Nearest's settings are checked, and none of its parents' items costs nothing") {
  checks::json_round_trip(Nearest{.examples = known(), .k = 3, .metric = Nearest::Metric::Euclidean});
  checks::refused(Nearest{});
  checks::refused(Nearest{.examples = known(), .k = 0});
  Graph graph("g");
  const auto said = graph.input<std::vector<Embedding>>("in").then(checks::spread<Embedding>).then(Nearest{.examples = known()}).named("said");
  const auto results = made::run_all(graph, std::vector<std::vector<Embedding>>{{}, {{{1, 0}}, {{0, 1}}}});
  CHECK(results[0][said].empty());
  CHECK(results[1][said].size() == 2);
}
