#include "workflow/operators/regex.h"

#include "operator_checks.h"

using namespace workflow;

TEST_CASE("each pattern that is found is a concept with score 1; a text without gives none") {
  const Regex regex{.patterns = {{"order-number", R"(\b[A-Z]{2}-\d{4}\b)"}, {"e-mail", R"(\S+@\S+\.\S+)"}}};
  CHECK(regex({"AB-1234 by ann@example.org"}) == Concepts{{"e-mail", 1.0f}, {"order-number", 1.0f}});
  CHECK(regex({"none of it"}).empty());
}

TEST_CASE("no texts say nothing") {
  Graph graph("g");
  const auto said =
      graph.input<std::vector<Text>>("texts").then(checks::spread<Text>).then(Regex{.patterns = {{"a", "a"}}}).named("said");
  const auto results = made::run_all(graph, std::vector<std::vector<Text>>{{}, {{"a"}, {"b"}}});
  CHECK(results[0][said].empty());
  CHECK(results[1][said].size() == 2);
}

TEST_CASE("a pattern that does not compile is an error with its place, when the step is added and when the graph is read") {
  Graph graph("g");
  const auto text = graph.input<Text>("text");
  CHECK(made::message_of([&] {
          text.then(Regex{.patterns = {{"order", "(a"}}});
        }) == "[g/regex] patterns.order: wanted a regular expression in RE2's syntax, got \"(a\": missing ): (a");
  CHECK_THAT(made::message_of([] { settings_from_json<Regex>(Json::parse(R"({"patterns": {"order": "(a"}})")); }),
             Catch::Contains("patterns"));
  checks::refused(Regex{});
  checks::json_round_trip(Regex{.patterns = {{"a", "b|c"}, {"d", "(?i)e"}}});
}

TEST_CASE("one pattern is looked for by many threads at once") {
  Graph graph("g");
  const auto said = graph.input<Text>("text").then(Regex{.patterns = {{"even", "^([0-9]*[02468])$"}}}).named("said");
  std::vector<Text> numbers;
  for (int i = 0; i < 2000; ++i) numbers.push_back({std::to_string(i)});
  for (const Result& result : Executor({.threads = 4, .batch = 16}).run(graph, numbers))
    CHECK((*result[said].front()).empty() == (result.number() % 2 == 1));
}
