#include <fmt/format.h>

#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "catch.h"
#include "run_once.h"
#include "temporary_folder.h"
#include "workflow/catalogue/catalogue.h"
#include "workflow/graph/graph.h"
#include "workflow/graph/operators.h"
#include "workflow/operators/operators.h"

using namespace workflow;

namespace {

/// A built-in operator with none of its settings at their defaults, on steps of the types that it takes.
struct Tried {
  std::vector<std::string> reads;
  Json settings;
};

ConceptGraph couch_is_sofa() {
  ConceptGraph words;
  words.synonym("couch", "sofa");
  return words;
}

// An app for as long as the tests run.
const App& some_app() {
  static const TemporaryFolder folder;
  static const App app = App::open(folder.path());
  return app;
}

// These have no defaults that will do.
const std::set<std::string, std::less<>> without_defaults = {"annotate", "index", "keywords", "nearest", "notify",
                                                             "regex", "resize", "search", "write"};

// An outbox for as long as the program runs.
Outbox some_outbox() {
  static const TemporaryFolder folder;
  static const Outbox outbox = Outbox::open(folder / "events.db");
  return outbox;
}

// What each is tried on; a new operator is a line here.
const std::map<std::string, Tried, std::less<>>& tries() {
  static const std::map<std::string, Tried, std::less<>> all = {
      {"align", {{"found"}, settings_to_json(Align{.width = 96, .height = 128, .eye_distance = 0.4f, .eye_line = 0.3f})}},
      {"annotate", {{"concepts"}, settings_to_json(Annotate{.app = some_app(), .status = Status::AwaitingReview, .by = "bot",
                                                            .info = Json(3), .task = "pets"})}},
      {"average", {{"concepts", "concepts"}, settings_to_json(Average{.weight = 0.2f})}},
      {"band", {{"concepts"}, settings_to_json(Band{.accept = 0.9f, .review = 0.1f, .accept_each = {{"a", 0.8f}}, .review_each = {{"b", 0.3f}},
                                                    .which = Band::Which::Rest})}},
      {"barcode", {{"photo"}, settings_to_json(Barcode{.codes = {"qr", "ean-13"}})}},
      {"blur", {{"found"}, settings_to_json(Blur{.how = Blur::How::Pixelate, .strength = 0.5f, .margin = 1.2f})}},
      {"cluster", {{"embedded"}, settings_to_json(Cluster{.distance = 3, .metric = Cluster::Metric::Euclidean, .link = Cluster::Link::Single})}},
      {"concepts-of", {{"hits"}, settings_to_json(ConceptsOf{.by = ConceptsOf::By::Mean})}},
      {"count", {{"found"}, settings_to_json(Count{.total = "all"})}},
      {"crop", {{"found"}, settings_to_json(Crop{.margin = 1.3f, .square = true, .least = 7})}},
      {"grayscale", {{"photo"}, Json::object()}},
      {"index", {{"embedding"}, settings_to_json(Index{.app = app(), .model = "m@1"})}},
      {"join-text", {{"texts"}, settings_to_json(JoinText{.between_words = "_", .between_lines = " / ",
                                                          .direction = JoinText::Direction::RightToLeft})}},
      {"keep", {{"found"}, settings_to_json(Keep{.at_least = 0.2f, .concepts = {"a", "b"}, .least_area = 0.1f, .most_area = 0.7f,
                                                 .within = {0.1f, 0.2f, 0.8f, 0.9f}})}},
      {"keywords", {{"texts"}, settings_to_json(Keywords{.words = {{"refund", {"refund", "money back"}}}})}},
      {"map-concepts", {{"concepts"}, settings_to_json(MapConcepts{.relations = couch_is_sofa(), .merge = MapConcepts::Merge::Mean,
                                                                   .unmapped = MapConcepts::Unmapped::Drop, .transitive = false,
                                                                   .roll_up = MapConcepts::RollUp::Hypernyms})}},
      {"merge-tiles", {{"found-on-tiles"}, settings_to_json(MergeTiles{.overlap = 0.3f})}},
      {"nearest", {{"embedding"}, settings_to_json(Nearest{.examples = Examples({{"a", {{1, 2}}}}), .k = 2, .metric = Nearest::Metric::Euclidean})}},
      {"non-maximum-suppression", {{"found"}, settings_to_json(NonMaximumSuppression{.iou = 0.3f, .by_concept = false})}},
      {"notify", {{"found"}, settings_to_json(Notify{.outbox = some_outbox(), .event = "seen"})}},
      {"redetect", {{"photo"}, settings_to_json(Redetect{.every = 3})}},
      {"regex", {{"texts"}, settings_to_json(Regex{.patterns = {{"number", "[0-9]+"}}})}},
      {"resize", {{"photo"}, settings_to_json(Resize{.width = 100, .height = 50})}},
      {"reuse", {{"found", "concepts"}, Json::object()}},
      {"rotate", {{"photo"}, settings_to_json(Rotate{.degrees = 12})}},
      {"sample", {{"found"}, settings_to_json(Sample{.fraction = 0.7f, .seed = 5, .per = Sample::Per::Item})}},
      {"search", {{"embedding", "concepts"}, settings_to_json(Search{.app = app(), .top = 3, .at_least = 0.5f,
                                                                     .metric = Search::Metric::Euclidean, .filter = {.concepts = {"a"}},
                                                                     .when = {"b"}, .model = "m@1"})}},
      {"sentences", {{"texts"}, settings_to_json(Sentences{.language = "de"})}},
      {"threshold", {{"concepts"}, settings_to_json(Threshold{.at_least = 0.2f, .below = 0.9f, .per_concept = {{"a", 0.3f}},
                                                              .others = Threshold::Others::Drop,
                                                              .comparison = Threshold::Comparison::Above})}},
      {"tile", {{"photo"}, settings_to_json(Tile{.size = 320, .largest_object = 33})}},
      {"top-k", {{"concepts"}, settings_to_json(TopK{.k = 2})}},
      {"track", {{"found"}, settings_to_json(Track{.high = 0.6f, .low = 0.3f, .overlap = 0.4f, .reach = 0.5f, .patience = 9, .confirm = 3,
                                                   .by_concept = false})}},
      {"vote", {{"concepts", "concepts"}, settings_to_json(Vote{.first = 2, .second = 3, .counted = true})}},
      {"write", {{"found"}, settings_to_json(Write{.folder = "nothing-is-written", .picture = Write::Picture::Jpeg})}},
  };
  return all;
}

/// A host's operator that finds nothing: the regions below it are none.
struct Find {
  static constexpr std::string_view kind = "find";
  std::vector<Region> operator()(const Image&) const { return {}; }
};

/// And one that says something of each region: of none, nothing.
template <class T>
struct Say {
  static constexpr std::string_view kind = std::is_same_v<T, Embedding> ? "embed" : std::is_same_v<T, Concepts> ? "say" : std::is_same_v<T, Hits> ? "ask" : "read";
  T operator()(const Region&) const { return {}; }
};

Json step(std::string_view name, std::string_view kind, std::string_view from) {
  return Json::object({{"name", name}, {"kind", kind}, {"from", Json::array({from})}});
}

// A graph in which the step "tried" stands last, on values of which there are none: of a photo on which nothing is found.
Json graph_with(std::string_view kind, const Tried& tried, const Json& settings) {
  Json from = Json::array();
  for (const std::string& name : tried.reads) from.push_back(name);
  Json last = Json::object({{"name", "tried"}, {"named", true}, {"kind", kind}, {"from", std::move(from)}});
  if (settings.size() > 0) last["settings"] = settings;
  return Json::object({{"workflow", 1},
                       {"name", "g"},
                       {"steps", Json::array({Json::object({{"name", "input"}, {"kind", "input"}, {"type", "Image"}}), step("found", "find", "input"),
                                              step("photo", "crop", "found"), step("concepts", "say", "found"), step("hits", "ask", "found"),
                                              step("embedding", "embed", "found"), step("embedded", "embed", "found"), step("texts", "read", "found"),
                                              step("tiles", "tile", "input"), step("found-on-tiles", "find", "tiles"),
                                              std::move(last)})}});
}

Graph read(const Json& graph) {
  static const Catalogue none = Catalogue::open("");
  static const Operators operators =
      Operators::standard().with<Find>().with<Say<Concepts>>().with<Say<Hits>>().with<Say<Embedding>>().with<Say<Text>>();
  return Graph::from_json(graph.dump(), none, operators);
}

Json read_back(const Json& graph) { return read(graph).to_json().at("steps").items().back(); }

bool is_model(std::string_view kind) { return kind == "detector" || kind == "classifier" || kind == "embedder" || kind == "landmarker"; }

std::string text_of(const std::string& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

// The guide's entry for a kind: from the heading above "`kind` ·" to the next one; empty where there is none.
std::string entry_of(const std::string& guide, std::string_view kind) {
  const auto said = guide.find(fmt::format("\n`{}` ·", kind));
  if (said == std::string::npos) return "";
  const auto begin = guide.rfind("\n## ", said);
  return guide.substr(begin, guide.find("\n## ", said) - begin);
}

}  // namespace

TEST_CASE("every built-in operator has an entry in docs/operators.md, with every setting and its effect") {
  const std::string guide = text_of(WORKFLOW_SOURCE_DIR "/docs/operators.md");
  REQUIRE_FALSE(guide.empty());
  for (const std::string_view kind : Operators::standard().kinds()) {
    if (is_model(kind)) {
      CHECK_THAT(guide, Catch::Contains(fmt::format("\n| `{}` |", kind)));  // a row of one table
      continue;
    }
    INFO(kind);
    const std::string entry = entry_of(guide, kind);
    REQUIRE_FALSE(entry.empty());
    CHECK_THAT(entry, Catch::Contains("\n```\n"));  // an example of its effect
    const auto tried = tries().find(kind);
    REQUIRE(tried != tries().end());
    for (const auto& [name, value] : tried->second.settings.members()) CHECK_THAT(entry, Catch::Contains(fmt::format("\n| `{}` |", name)));
  }
}

TEST_CASE("every built-in operator's settings come back from JSON as they were, none left at its default") {
  for (const std::string_view kind : Operators::standard().kinds()) {
    if (is_model(kind)) continue;  // a model's JSON is its name; tests/graph/graph_json.cpp has them
    INFO(kind);
    const auto tried = tries().find(kind);
    REQUIRE(tried != tries().end());
    const Json graph = graph_with(kind, tried->second, tried->second.settings);
    CHECK(read_back(graph).dump(2) == graph.at("steps").items().back().dump(2));

    // A setting that is left at its default would prove nothing.
    if (without_defaults.contains(kind) || tried->second.settings.size() == 0) continue;
    const Json defaults = read_back(graph_with(kind, tried->second, Json::object())).at("settings");
    CHECK(defaults.size() == tried->second.settings.size());
    for (const auto& [name, value] : defaults.members()) {
      INFO(name);
      CHECK_FALSE(tried->second.settings.at(name) == value);
    }
  }
}

TEST_CASE("every built-in operator takes a photo on which there is nothing for it, many at once and one by one") {
  for (const std::string_view kind : Operators::standard().kinds()) {
    if (is_model(kind)) continue;  // tests/model has them
    INFO(kind);
    const auto tried = tries().find(kind);
    REQUIRE(tried != tries().end());
    const Graph graph = read(graph_with(kind, tried->second, tried->second.settings));
    const StepId step = *graph.drawing()->find("tried");
    const bool is_for_all = graph.drawing()->steps[step].operation->shape().flow == Flow::Reduce;
    for (const ExecutorOptions& options : {ExecutorOptions{.threads = 1, .batch = 1}, ExecutorOptions{.threads = 2, .batch = 4}}) {
      int results = 0;
      for (const Result& result : Executor(options).run(graph, std::vector<Image>(5, made::image(6, 4)))) {
        CHECK(result.ok());
        const auto span = detail::values_of_input(result.window(), step, result.input());
        CHECK(span.last - span.first == (is_for_all ? 1 : 0));  // who gives one value for all gives it for none, too
        ++results;
      }
      CHECK(results == 5);
    }
  }
}
