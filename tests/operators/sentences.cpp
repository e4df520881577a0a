#include "workflow/operators/sentences.h"

#include "operator_checks.h"

using namespace workflow;

namespace {

std::vector<std::string> cut(const Sentences& sentences, const std::string& text) {
  std::vector<std::string> all;
  for (const Text& each : sentences({text})) all.push_back(each.text);
  return all;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("a text is cut where its sentences end, without the white space around them") {
  CHECK(cut({}, "It rains. Does it?  It does!\n\nSo what") == Texts{"It rains.", "Does it?", "It does!", "So what"});
  CHECK(cut({}, "He paid 3.50 at 10 a.m. and left.") == Texts{"He paid 3.50 at 10 a.m. and left."});
  CHECK(cut({.language = "ja"}, "雨です。寒いです。") == Texts{"雨です。", "寒いです。"});
  CHECK(cut({.language = "el"}, "Τι κάνεις; Καλά.") == Texts{"Τι κάνεις;", "Καλά."});
}

TEST_CASE("nothing but white space is no sentence, and bytes that are no UTF-8 do no harm") {
  CHECK(cut({}, "").empty());
  CHECK(cut({}, " \n\t\xc2\xa0 ").empty());
  CHECK(cut({}, "One.\xff Two.").size() >= 1);
  CHECK_NOTHROW(cut({}, "\xc3"));
}

TEST_CASE("each sentence is an item below its text, and a text without any is in the results all the same") {
  Graph graph("g");
  const auto sentences = graph.input<Text>("text").then(Sentences{}).named("sentences");
  const auto none = sentences.then([](const Text&) { return false; }).then(Sentences{}).named("none");
  const auto results = made::run_all(graph, std::vector<Text>{{"A cat. A dog."}, {""}});
  CHECK(results[0][sentences].size() == 2);
  CHECK(results[0][sentences][1].path() == std::vector<std::uint32_t>{1});
  CHECK(results[1].ok());
  CHECK(results[1][sentences].empty());
  CHECK(results[0][none].empty());
}

TEST_CASE("a text of too many sentences is refused, and many threads cut at once") {
  std::string text;
  for (std::size_t i = 0; i <= Sentences::most; ++i) text += "A. ";
  CHECK(checks::error_of([&] { cut({}, text); }) == ErrorCode::InvalidValue);
  Graph graph("g");
  const auto sentences = graph.input<Text>("text").then(Sentences{}).named("sentences");
  for (const Result& result : Executor({.threads = 4}).run(graph, std::vector<Text>(200, Text{"One. Two. Three."})))
    CHECK(result[sentences].size() == 3);
}

TEST_CASE("Sentences' settings are checked and come back from JSON") {
  checks::json_round_trip(Sentences{.language = "de"});
  checks::json_round_trip(Sentences{.language = "pt-BR"});
  checks::refused(Sentences{.language = ""});
  checks::refused(Sentences{.language = "no such language at all"});
}
