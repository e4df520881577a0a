#include "workflow/operators/keywords.h"

#include "operator_checks.h"

using namespace workflow;

TEST_CASE("each list of which a word is there is a concept with score 1; a text without gives none") {
  const Keywords keywords{.words = {{"refund", {"refund", "money back"}}, {"praise", {"great"}}}};
  CHECK(keywords({"Great! But I want my money back."}) == Concepts{{"praise", 1.0f}, {"refund", 1.0f}});
  CHECK(keywords({"nothing of it"}).empty());
  CHECK(keywords({""}).empty());
}

TEST_CASE("no texts say nothing") {
  Graph graph("g");
  const auto said = graph.input<std::vector<Text>>("texts")
                        .then(checks::spread<Text>)
                        .then(Keywords{.words = {{"a", {"a"}}}})
                        .named("said");
  const auto results = made::run_all(graph, std::vector<std::vector<Text>>{{}, {{"a"}, {"b"}}});
  CHECK(results[0][said].empty());
  CHECK(results[1][said].size() == 2);
}

TEST_CASE("Keywords' settings are checked and come back from JSON") {
  checks::json_round_trip(Keywords{.words = {{"refund", {"refund", "money back"}}}});
  checks::refused(Keywords{});
  checks::refused(Keywords{.words = {{"refund", {}}}});
  CHECK(checks::error_of([] { settings_from_json<Keywords>(Json::parse(R"({"words": {"a": [1]}})")); }) ==
        ErrorCode::InvalidSetting);
}
