#include "workflow/operators/bands.h"

#include <fmt/format.h>

#include "catch.h"
#include "run_once.h"

using namespace workflow;
using made::message_of;
using Which = Band::Which;

TEST_CASE("the bands are half open: a score on a limit is in the upper one") {
  const auto taken = [](Which which, float score) {
    return Band{.accept = 0.8f, .review = 0.3f, .which = which}(Concepts{{"a", score}}).has_value();
  };
  for (const auto& [score, which] : {std::pair(1.0f, Which::Accept), {0.8f, Which::Accept}, {std::nextafter(0.8f, 0.0f), Which::Review},
                                     {0.3f, Which::Review}, {std::nextafter(0.3f, 0.0f), Which::Rest}, {0.0f, Which::Rest}})
    for (const Which asked : {Which::Accept, Which::Review, Which::Rest}) {
      INFO(score);
      CHECK(taken(asked, score) == (asked == which));
    }
}

TEST_CASE("every concept takes exactly one band and keeps its score, whatever the limits") {
  Graph graph("g");
  const auto concepts = graph.input<Concepts>("concepts");
  const auto bands = concepts.split(Bands{.accept = 0.7f, .review = 0.2f, .accept_each = {{"c3", 0.95f}}, .review_each = {{"c5", 0.01f}}});
  std::vector<Concept> list;
  for (int i = 0; i <= 100; ++i) list.push_back({fmt::format("c{}", i % 10), static_cast<float>(i) / 100});
  const Concepts all(list);
  const Result result = made::run_once(graph, all);
  std::vector<Concept> back;
  for (const auto& port : {bands.accept, bands.review, bands.rest})
    for (const auto& item : result[port]) back.insert(back.end(), item->begin(), item->end());
  CHECK(Concepts(back) == all);
  for (const Concept& it : *result[bands.accept].front()) CHECK(it.score >= (it.name == "c3" ? 0.95f : 0.7f));
  for (const Concept& it : *result[bands.rest].front()) CHECK(it.score < (it.name == "c5" ? 0.01f : 0.2f));
}

TEST_CASE("an item with no concept left leaves the branch, and one without concepts takes none") {
  CHECK_FALSE(Band{}(Concepts{{"a", 0.1f}}));
  for (const Which which : {Which::Accept, Which::Review, Which::Rest}) CHECK_FALSE(Band{.which = which}(Concepts{}));
}

TEST_CASE("a score that is NaN or outside 0..1 is an error that names step and input, and takes down no other") {
  Graph graph("g");
  const auto sure = graph.input<Concepts>("concepts").then(Band{}).named("sure");
  const auto results =
      made::run_all(graph, std::vector{Concepts{{"a", made::nan}}, Concepts{{"a", 1.5f}}, Concepts{{"a", -0.1f}}, Concepts{{"a", 0.9f}}});
  CHECK(std::string(results[0].error().what()) == "[g/sure] input \"0\": wanted a score in 0..1, got nan for \"a\"");
  CHECK(std::string(results[1].error().what()) == "[g/sure] input \"1\": wanted a score in 0..1, got 1.5 for \"a\"");
  CHECK(std::string(results[2].error().what()) == "[g/sure] input \"2\": wanted a score in 0..1, got -0.1 for \"a\"");
  CHECK(results[3].ok());
  CHECK(results[3][sure].size() == 1);
}

TEST_CASE("limits out of range or out of order are refused when the step is added, and nothing is added") {
  Graph graph("g");
  const auto concepts = graph.input<Concepts>("concepts");
  const auto message = [&](const Band& band) { return message_of([&] { concepts.then(band); }); };
  CHECK(message({.accept = 1.1f}) == "[g/band] accept: wanted 0..1, got 1.1");
  CHECK(message({.accept = -0.1f}) == "[g/band] accept: wanted 0..1, got -0.1");
  CHECK(message({.review = 1.1f}) == "[g/band] review: wanted 0..1, got 1.1");
  CHECK(message({.review = -0.1f}) == "[g/band] review: wanted 0..1, got -0.1");
  CHECK(message({.accept_each = {{"dog", 2.0f}}}) == "[g/band] accept_each.dog: wanted 0..1, got 2");
  CHECK(message({.accept_each = {{"dog", -2.0f}}}) == "[g/band] accept_each.dog: wanted 0..1, got -2");
  CHECK(message({.review_each = {{"dog", 2.0f}}}) == "[g/band] review_each.dog: wanted 0..1, got 2");
  CHECK(message({.review_each = {{"dog", -2.0f}}}) == "[g/band] review_each.dog: wanted 0..1, got -2");
  CHECK(message({.accept = 0.5f, .review = 0.5f}) == "[g/band] review: wanted below accept (0.5), got 0.5");
  CHECK(message({.review_each = {{"dog", 0.9f}}}) == "[g/band] review of \"dog\": wanted below accept (0.8), got 0.9");
  CHECK(message({.accept_each = {{"dog", 0.4f}}}) == "[g/band] review of \"dog\": wanted below accept (0.4), got 0.5");
  CHECK_THAT(message({.which = static_cast<Which>(7)}), Catch::Contains("[g/band] which: "));
  CHECK_THAT(message_of([&] { concepts.split(Bands{.accept = 0.3f, .review = 0.4f}); }), Catch::Contains("wanted below accept"));
  CHECK(graph.drawing()->steps.size() == 1);
}
