#include "workflow/operators/join_text.h"

#include "operator_checks.h"

using namespace workflow;

namespace {

struct Word {
  std::string text;
  Box box;
};

std::string joined(const JoinText& join, const std::vector<Word>& words) {
  std::vector<Text> texts;
  std::vector<Region> regions;
  for (const Word& word : words) {
    texts.push_back({word.text});
    regions.push_back(made::region(word.box));
  }
  return join(Group<Text>(texts), Group<Region>(regions)).text;
}

}  // namespace

TEST_CASE("texts are joined line by line from the top, in a line from left to right, in whatever order they came") {
  const std::vector<Word> words = {{"world", {0.5f, 0.11f, 0.8f, 0.19f}},
                                   {"below", {0.1f, 0.3f, 0.3f, 0.4f}},
                                   {"Hello", {0.1f, 0.1f, 0.4f, 0.2f}},
                                   {"it", {0.6f, 0.32f, 0.7f, 0.42f}}};
  CHECK(joined({}, words) == "Hello world\nbelow it");
  CHECK(joined({.between_words = "", .between_lines = " / "}, words) == "Helloworld / belowit");
  CHECK(joined({.direction = JoinText::Direction::RightToLeft}, words) == "world Hello\nit below");
}

TEST_CASE("a line that slants a little is one line, empty texts are passed over") {
  CHECK(joined({}, {{"a", {0.1f, 0.10f, 0.2f, 0.2f}}, {"", {0.3f, 0.1f, 0.4f, 0.2f}}, {"c", {0.5f, 0.13f, 0.6f, 0.23f}}}) ==
        "a c");
}

TEST_CASE("no regions give an empty text, a box of NaN is the error of its own photo") {
  Graph graph("g");
  const auto texts =
      graph.input<Image>("photo").then(made::FindsBrokenOnOnePixel{.broken = made::region({0, made::nan, 1, 1})});
  const auto page = texts.then([](const Region&) { return Text{"word"}; }).then(JoinText{}).named("page");
  const auto nothing = texts.then([](const Region&) { return false; })
                           .then([](const Region&) { return Text{"word"}; })
                           .then(JoinText{})
                           .named("nothing");
  const auto results = made::run_all(graph, std::vector{made::image(1, 1), made::image(2, 2)});
  CHECK(std::string(results[0].error().what()) == "[g/page] input \"0\": wanted a box made of numbers, got NaN or infinity");
  CHECK((*results[1][page].front()).text == "word");
  CHECK((*results[1][nothing].front()).text.empty());
}

TEST_CASE("texts that were not read off regions are refused when the step is added") {
  Graph graph("g");
  const auto sentences = graph.input<std::vector<Text>>("texts").then(checks::spread<Text>);
  CHECK_THAT(made::message_of([&] { sentences.then(JoinText{}); }),
             Catch::Contains("wanted a value of type Region among the ancestors"));
  checks::json_round_trip(
      JoinText{.between_words = "_", .between_lines = "|", .direction = JoinText::Direction::RightToLeft});
}
