#include <fmt/format.h>

#include <fstream>
#include <map>
#include <sstream>

#include "catch.h"
#include "workflow/catalogue/catalogue.h"
#include "workflow/graph/graph.h"
#include "workflow/graph/operators.h"
#include "workflow/operators/operators.h"

using namespace workflow;

namespace {

/// A built-in operator with none of its settings at their defaults, on an item of the type that it takes.
struct Sample {
  std::string reads;
  Json settings;
};

const std::map<std::string, Sample, std::less<>> samples = {
    {"band", {"concepts", settings_to_json(Band{.accept = 0.9f, .review = 0.1f, .accept_each = {{"a", 0.8f}}, .review_each = {{"b", 0.3f}},
                                                .which = Band::Which::Rest})}},
    {"count", {"found", settings_to_json(Count{.total = "all"})}},
    {"crop", {"found", settings_to_json(Crop{.margin = 1.3f, .square = true, .least = 7})}},
    {"keep", {"found", settings_to_json(Keep{.at_least = 0.2f, .concepts = {"a", "b"}, .least_area = 0.1f, .most_area = 0.7f,
                                             .within = {0.1f, 0.2f, 0.8f, 0.9f}})}},
    {"merge-tiles", {"found-on-tiles", settings_to_json(MergeTiles{.overlap = 0.3f})}},
    {"non-maximum-suppression", {"found", settings_to_json(NonMaximumSuppression{.iou = 0.3f, .by_concept = false})}},
    {"resize", {"photo", settings_to_json(Resize{.width = 100, .height = 50})}},
    {"tile", {"photo", settings_to_json(Tile{.size = 320, .largest_object = 33})}},
    {"top-k", {"concepts", settings_to_json(TopK{.k = 2})}},
};

/// A host's operator that finds something, so that steps on regions have something to read.
struct Find {
  static constexpr std::string_view kind = "find";
  std::vector<Region> operator()(const Image&) const { return {}; }
};

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
    if (const auto sample = samples.find(kind); sample != samples.end())
      for (const auto& [name, value] : sample->second.settings.members()) CHECK_THAT(guide, Catch::Contains(fmt::format("| `{}` |", name)));
  }
}

TEST_CASE("every built-in operator's settings come back from JSON as they were, none left at its default") {
  const Operators operators = Operators::standard().with<Find>();
  const Catalogue none = Catalogue::open("");
  for (const std::string_view kind : Operators::standard().kinds()) {
    if (is_model(kind)) continue;  // a model's JSON is its name; tests/graph/graph_json.cpp has them
    INFO(kind);
    const auto sample = samples.find(kind);
    REQUIRE(sample != samples.end());
    const Json graph = Json::object(
        {{"workflow", 1},
         {"name", "g"},
         {"steps",
          Json::array({Json::object({{"name", "photo"}, {"kind", "input"}, {"type", "Image"}}),
                       Json::object({{"name", "concepts"}, {"kind", "input"}, {"type", "Concepts"}}),
                       Json::object({{"name", "found"}, {"kind", "find"}, {"from", Json::array({"photo"})}}),
                       Json::object({{"name", "tiles"}, {"kind", "tile"}, {"from", Json::array({"photo"})}}),
                       Json::object({{"name", "found-on-tiles"}, {"kind", "find"}, {"from", Json::array({"tiles"})}}),
                       Json::object({{"name", "tried"},
                                     {"named", true},
                                     {"kind", std::string(kind)},
                                     {"from", Json::array({sample->second.reads})},
                                     {"settings", sample->second.settings}})})}});
    const Json again = Graph::from_json(graph.dump(), none, operators).to_json();
    CHECK(again.at("steps").at(5).dump(2) == graph.at("steps").at(5).dump(2));

    // A setting that the sample leaves at its default would prove nothing.
    Json bare = graph;
    Json steps = Json::array();
    for (Json step : graph.at("steps").items()) {
      if (step.at("name").string() == "tried") step["settings"] = Json::object();
      steps.push_back(std::move(step));
    }
    bare["steps"] = std::move(steps);
    if (kind == "resize") continue;  // it has no defaults that will do
    const Json defaults = Graph::from_json(bare.dump(), none, operators).to_json().at("steps").at(5).at("settings");
    CHECK(defaults.size() == sample->second.settings.size());
    for (const auto& [name, value] : defaults.members()) {
      INFO(name);
      CHECK_FALSE(sample->second.settings.at(name) == value);
    }
  }
}
