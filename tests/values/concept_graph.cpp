#include "workflow/values/concept_graph.h"

#include <fmt/format.h>

#include "catch.h"
#include "workflow/base/error.h"

using namespace workflow;

namespace {

std::string message_of(auto&& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "nothing was thrown";
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("Of synonyms the one that is nobody's other word is said, whatever the order they came in") {
  ConceptGraph words;
  words.synonym("couch", "sofa");
  words.synonym("sofa", "settee");
  words.synonym("divan", "couch");
  for (const char* word : {"couch", "sofa", "divan", "settee"}) CHECK(words.said(word) == "settee");
  CHECK(words.synonyms("sofa") == Names{"couch", "divan", "settee"});
  CHECK(words.said("lamp") == "lamp");
  CHECK(words.synonyms("lamp").empty());
  words.synonym("divan", "couch");  // said again: nothing changes
  CHECK(words.synonyms("settee") == Names{"couch", "divan", "sofa"});
}

TEST_CASE("Hypernyms and hyponyms are each other's inverse, nearest first, and hold for every synonym") {
  ConceptGraph words;
  words.hypernym("tabby", "cat");
  words.hypernym("cat", "animal");
  words.hypernym("tabby", "pet");
  words.hyponym("animal", "dog");
  words.synonym("kitty", "cat");
  CHECK(words.hypernyms("tabby") == Names{"cat", "pet", "animal"});
  CHECK(words.hypernyms("tabby", false) == Names{"cat", "pet"});
  CHECK(words.hypernyms("kitty") == Names{"animal"});
  CHECK(words.hyponyms("animal") == Names{"cat", "dog", "tabby"});
  CHECK(words.hyponyms("kitty", false) == Names{"tabby"});
  CHECK(words.hypernyms("lamp").empty());
}

TEST_CASE("What was known of a word holds for the one that is said once the two are synonyms") {
  ConceptGraph words;
  words.hypernym("couch", "furniture");
  words.hypernym("sleeper", "couch");
  words.synonym("couch", "sofa");
  CHECK(words.hypernyms("sofa") == Names{"furniture"});
  CHECK(words.hyponyms("sofa") == Names{"sleeper"});
  CHECK(words.hypernyms("couch") == Names{"furniture"});
  ConceptGraph other_order;
  other_order.synonym("couch", "sofa");
  other_order.hypernym("sleeper", "sofa");
  other_order.hypernym("couch", "furniture");
  CHECK(words == other_order);
}

TEST_CASE("A circle of hypernyms is refused and named, and the graph stays as it was") {
  ConceptGraph words;
  words.hypernym("a", "b");
  words.hypernym("b", "c");
  const ConceptGraph before = words;
  CHECK_THAT(message_of([&] { words.hypernym("c", "a"); }), Catch::Contains(R"("c" -> "a" -> "b" -> "c")"));
  CHECK_THAT(message_of([&] { words.hypernym("a", "a"); }), Catch::Contains(R"("a" -> "a")"));
  CHECK_THAT(message_of([&] { words.synonym("a", "c"); }), Catch::Contains(R"("a" is one of "c")"));
  CHECK_THAT(message_of([&] { words.synonym("c", "a"); }), Catch::Contains(R"("a" is one of "c")"));
  CHECK(words == before);
}

TEST_CASE("Two words that would both be said, or none, are told") {
  ConceptGraph words;
  words.synonym("couch", "sofa");
  CHECK_THAT(message_of([&] { words.synonym("couch", "settee"); }), Catch::Contains(R"(is said as "sofa" already)"));
  CHECK_THAT(message_of([&] { words.synonym("sofa", "couch"); }), Catch::Contains("said as the other"));
  CHECK_THAT(message_of([&] { words.synonym("sofa", "sofa"); }), Catch::Contains("said as the other"));
  CHECK_THAT(message_of([&] { words.synonym("", "sofa"); }), Catch::Contains("empty"));
}

TEST_CASE("The labels that the graph does not know are those that map to nothing") {
  ConceptGraph words;
  words.synonym("couch", "sofa");
  words.hypernym("tabby", "cat");
  const ConceptCoverage coverage = words.coverage({"couch", "sofa", "tabby", "cat", "lamp", "dog"});
  CHECK(coverage.unmapped == Names{"lamp", "dog"});
  CHECK(coverage.mapped.size() == 4);
  CHECK(coverage.mapped[0] == std::pair<std::string, std::string>{"couch", "sofa"});
  CHECK_THAT(coverage.to_string(), Catch::Contains("4 of 6 labels are mapped\nunmapped: lamp\nunmapped: dog\n"));
  CHECK(ConceptGraph().coverage({}).unmapped.empty());
  CHECK(ConceptGraph().coverage({}).to_string() == "0 of 0 labels are mapped\n");

  ConceptGraph kinds;
  kinds.hypernym("tabby", "cat");
  kinds.hypernym("cat", "animal");
  kinds.hypernym("poodle", "dog");
  kinds.synonym("hound", "dog");
  CHECK(kinds.coverage({"tabby"}).unreached == Names{"dog", "poodle"});
  CHECK(kinds.coverage({"tabby", "hound"}).unreached == Names{"poodle"});
}

TEST_CASE("A concept graph comes back from its JSON") {
  ConceptGraph words;
  words.synonym("couch", "sofa");
  words.synonym("sofa", "settee");
  words.hypernym("tabby", "cat");
  words.hypernym("cat", "animal");
  CHECK(ConceptGraph::from_json(words.to_json()) == words);
  CHECK(ConceptGraph::from_json(Json::parse(words.to_json().dump())) == words);
  CHECK(ConceptGraph::from_json(Json()).empty());
  CHECK(ConceptGraph::from_json(Json::parse(R"({"synonyms": {"couch": "sofa", "sofa": "settee"}})")).said("couch") == "settee");
}

TEST_CASE("JSON that is no concept graph is refused with the place") {
  const auto said_of = [](const char* text) { return message_of([&] { ConceptGraph::from_json(Json::parse(text)); }); };
  CHECK_THAT(said_of("[]"), Catch::Contains("wanted an object"));
  CHECK_THAT(said_of(R"({"synonym": {}})"), Catch::Contains(R"(got "synonym")"));
  CHECK_THAT(said_of(R"({"synonyms": {"a": 1}})"), Catch::Contains(R"(synonyms of "a")"));
  CHECK_THAT(said_of(R"({"synonyms": {"a": "b", "b": "a"}})"), Catch::Contains("circle"));
  CHECK_THAT(said_of(R"({"hypernyms": {"a": "b"}})"), Catch::Contains(R"(hypernyms of "a": wanted a list)"));
  CHECK_THAT(said_of(R"({"hypernyms": {"a": ["b"], "b": ["c"], "c": ["b"]}})"), Catch::Contains(R"("b" -> "c" -> "b")"));
  CHECK_THAT(said_of(R"({"hypernyms": {"a": ["a"]}})"), Catch::Contains(R"("a" -> "a")"));
  CHECK_THAT(said_of(R"({"synonyms": {"a": "b"}, "hypernyms": {"a": ["b"]}})"), Catch::Contains(R"("b" -> "b")"));
}

TEST_CASE("Long chains are read without delay, and a long circle is told in a short line") {
  std::string synonyms;
  std::string hypernyms;
  for (int i = 0; i < 3000; ++i) {
    synonyms += fmt::format(R"({}"s{}": "s{}")", i ? "," : "", i, i + 1);
    hypernyms += fmt::format(R"({}"h{}": ["h{}"])", i ? "," : "", i, i + 1);
  }
  const auto graph = [&](const std::string& more) {
    return ConceptGraph::from_json(Json::parse(R"({"synonyms": {)" + synonyms + R"(}, "hypernyms": {)" + hypernyms + more + "}}"));
  };
  CHECK(graph("").said("s0") == "s3000");
  CHECK(graph("").hypernyms("h0").size() == 3000);
  CHECK(message_of([&] { graph(R"(, "h3000": ["h0"])"); }).size() <= 200);
}
