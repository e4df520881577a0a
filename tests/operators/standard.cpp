#include <fmt/format.h>

#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "catch.h"
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
const App& app() {
  static const TemporaryFolder folder;
  static const App app = App::open(folder.path());
  return app;
}

// These have no defaults that will do.
const std::set<std::string, std::less<>> without_defaults = {"annotate", "nearest", "resize"};

const std::map<std::string, Tried, std::less<>> tries = {
    {"annotate", {{"concepts"}, settings_to_json(Annotate{.app = app(), .status = Status::AwaitingReview, .by = "bot", .info = Json(3),
                                                          .task = "pets"})}},
    {"average", {{"concepts", "concepts"}, settings_to_json(Average{.weight = 0.2f})}},
    {"band", {{"concepts"}, settings_to_json(Band{.accept = 0.9f, .review = 0.1f, .accept_each = {{"a", 0.8f}}, .review_each = {{"b", 0.3f}},
                                                .which = Band::Which::Rest})}},
    {"cluster", {{"embedded"}, settings_to_json(Cluster{.distance = 3, .metric = Cluster::Metric::Euclidean, .link = Cluster::Link::Single})}},
    {"concepts-of", {{"hits"}, settings_to_json(ConceptsOf{.by = ConceptsOf::By::Mean})}},
    {"count", {{"found"}, settings_to_json(Count{.total = "all"})}},
    {"crop", {{"found"}, settings_to_json(Crop{.margin = 1.3f, .square = true, .least = 7})}},
    {"keep", {{"found"}, settings_to_json(Keep{.at_least = 0.2f, .concepts = {"a", "b"}, .least_area = 0.1f, .most_area = 0.7f,
                                             .within = {0.1f, 0.2f, 0.8f, 0.9f}})}},
    {"map-concepts", {{"concepts"}, settings_to_json(MapConcepts{.relations = couch_is_sofa(), .merge = MapConcepts::Merge::Mean,
                                                                 .unmapped = MapConcepts::Unmapped::Drop, .transitive = false,
                                                                 .roll_up = MapConcepts::RollUp::Hypernyms})}},
    {"merge-tiles", {{"found-on-tiles"}, settings_to_json(MergeTiles{.overlap = 0.3f})}},
    {"nearest", {{"embedding"}, settings_to_json(Nearest{.examples = Examples({{"a", {{1, 2}}}}), .k = 2, .metric = Nearest::Metric::Euclidean})}},
    {"non-maximum-suppression", {{"found"}, settings_to_json(NonMaximumSuppression{.iou = 0.3f, .by_concept = false})}},
    {"resize", {{"photo"}, settings_to_json(Resize{.width = 100, .height = 50})}},
    {"sample", {{"found"}, settings_to_json(Sample{.fraction = 0.7f, .seed = 5, .per = Sample::Per::Item})}},
    {"threshold", {{"concepts"}, settings_to_json(Threshold{.at_least = 0.2f, .below = 0.9f, .per_concept = {{"a", 0.3f}},
                                                            .others = Threshold::Others::Drop,
                                                            .comparison = Threshold::Comparison::Above})}},
    {"tile", {{"photo"}, settings_to_json(Tile{.size = 320, .largest_object = 33})}},
    {"top-k", {{"concepts"}, settings_to_json(TopK{.k = 2})}},
    {"vote", {{"concepts", "concepts"}, settings_to_json(Vote{.first = 2, .second = 3, .counted = true})}},
};

/// A host's operator that finds something, so that steps on regions have something to read.
struct Find {
  static constexpr std::string_view kind = "find";
  std::vector<Region> operator()(const Image&) const { return {}; }
};

/// And one that embeds what was found.
struct Embed {
  static constexpr std::string_view kind = "embed";
  Embedding operator()(const Region&) const { return {}; }
};

Json step(std::string_view name, std::string_view kind, std::string_view from) {
  return Json::object({{"name", name}, {"kind", kind}, {"from", Json::array({from})}});
}

Json input(std::string_view name, std::string_view type) {
  return Json::object({{"name", name}, {"kind", "input"}, {"type", type}});
}

// A graph in which the step "tried" stands last.
Json graph_with(std::string_view kind, const Tried& tried, const Json& settings) {
  Json from = Json::array();
  for (const std::string& name : tried.reads) from.push_back(name);
  return Json::object({{"workflow", 1},
                       {"name", "g"},
                       {"steps", Json::array({input("photo", "Image"), input("concepts", "Concepts"), input("hits", "Hits"),
                                              input("embedding", "Embedding"), input("text", "Text"), step("found", "find", "photo"),
                                              step("embedded", "embed", "found"), step("tiles", "tile", "photo"),
                                              step("found-on-tiles", "find", "tiles"),
                                              Json::object({{"name", "tried"},
                                                            {"named", true},
                                                            {"kind", kind},
                                                            {"from", std::move(from)},
                                                            {"settings", settings}})})}});
}

bool is_model(std::string_view kind) { return kind == "detector" || kind == "classifier" || kind == "embedder" || kind == "landmarker"; }

std::string text_of(const std::string& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

}  // namespace

TEST_CASE("every built-in operator is told of in docs/operators.md, with every setting") {
  const std::string guide = text_of(WORKFLOW_SOURCE_DIR "/docs/operators.md");
  REQUIRE_FALSE(guide.empty());
  for (const std::string_view kind : Operators::standard().kinds()) {
    CHECK_THAT(guide, Catch::Contains(fmt::format("`{}`", kind)));
    if (const auto tried = tries.find(kind); tried != tries.end())
      for (const auto& [name, value] : tried->second.settings.members()) CHECK_THAT(guide, Catch::Contains(fmt::format("| `{}` |", name)));
  }
}

TEST_CASE("every built-in operator's settings come back from JSON as they were, none left at its default") {
  const Operators operators = Operators::standard().with<Find>().with<Embed>();
  const Catalogue none = Catalogue::open("");
  const auto read_back = [&](const Json& graph) {
    return Graph::from_json(graph.dump(), none, operators).to_json().at("steps").items().back();
  };
  for (const std::string_view kind : Operators::standard().kinds()) {
    if (is_model(kind)) continue;  // a model's JSON is its name; tests/graph/graph_json.cpp has them
    INFO(kind);
    const auto tried = tries.find(kind);
    REQUIRE(tried != tries.end());
    const Json graph = graph_with(kind, tried->second, tried->second.settings);
    CHECK(read_back(graph).dump(2) == graph.at("steps").items().back().dump(2));

    // A setting that is left at its default would prove nothing.
    if (without_defaults.contains(kind)) continue;
    const Json defaults = read_back(graph_with(kind, tried->second, Json::object())).at("settings");
    CHECK(defaults.size() == tried->second.settings.size());
    for (const auto& [name, value] : defaults.members()) {
      INFO(name);
      CHECK_FALSE(tried->second.settings.at(name) == value);
    }
  }
}
