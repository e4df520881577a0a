#include "workflow/values/word_list.h"

#include <random>

#include "catch.h"
#include "workflow/base/error.h"

using namespace workflow;

using Names = std::vector<std::string>;

TEST_CASE("words and phrases are found whole, in any case, and each list once") {
  const WordList words{{"refund", {"refund", "money back"}}, {"praise", {"great", "thank you"}}, {"art", {"art"}}};
  CHECK(words.found_in("I want my MONEY\n  BACK, a refund!") == Names{"refund"});
  CHECK(words.found_in("Great. Thank you for the art") == Names{"art", "praise"});
  CHECK(words.found_in("the party started").empty());
  CHECK(words.found_in("").empty());
  CHECK(words.found_in("art").size() == 1);
}

TEST_CASE("letters of all scripts are letters, and their widths, ligatures and cases make no difference") {
  const WordList words{{"street", {"Straße"}}, {"file", {"file"}}, {"hot", {"café"}}, {"world", {"мир"}}};
  CHECK(words.found_in("in der STRASSE") == Names{"street"});
  CHECK(words.found_in("the ﬁle") == Names{"file"});
  CHECK(words.found_in("ＦＩＬＥ") == Names{"file"});
  CHECK(words.found_in("Cafe\xcc\x81!") == Names{"hot"});  // with a combining accent
  CHECK(words.found_in("cafés").empty());
  CHECK(words.found_in("МИР") == Names{"world"});
  CHECK(words.found_in("мира").empty());
}

TEST_CASE("signs at a word's edge need no space, digits beside it are part of a longer word") {
  const WordList words{{"language", {"c++"}}, {"tag", {"#now"}}, {"number", {"42"}}};
  CHECK(words.found_in("I like C++, #NOW") == Names{"language", "tag"});
  CHECK(words.found_in("142").empty());
  CHECK(words.found_in("(42)") == Names{"number"});
}

TEST_CASE("words within words and words that begin alike are all found, as one by one") {
  std::mt19937 random(5);
  const auto any_text = [&](std::size_t most) {
    std::string text;
    for (std::size_t i = 1 + random() % most; i > 0; --i) text += "ab "[random() % 3];
    return text;
  };
  for (int round = 0; round < 300; ++round) {
    WordList::Words words;
    for (int i = 0; i < 8; ++i) {
      std::string word = any_text(6);
      while (word.starts_with(' ')) word.erase(0, 1);
      while (word.ends_with(' ')) word.pop_back();
      for (std::size_t at = word.find("  "); at != std::string::npos; at = word.find("  ")) word.erase(at, 1);
      if (!word.empty()) words["w" + std::to_string(i)] = {word};
    }
    std::string text;
    for (const char c : any_text(40))
      if (c != ' ' || (!text.empty() && text.back() != ' ')) text += c;
    Names wanted;
    for (const auto& [name, list] : words)
      if ((" " + text + " ").find(" " + list.front() + " ") != std::string::npos) wanted.push_back(name);
    INFO(text);
    REQUIRE(WordList(words).found_in(text) == wanted);
  }
}

TEST_CASE("bytes that are no UTF-8 are no letters, and long texts and lists take their time in proportion") {
  const WordList words{{"a", {"a"}}};
  CHECK(words.found_in("\xff"
                       "a\xfe\xc3") == Names{"a"});
  WordList::Words many;
  for (int i = 0; i < 20'000; ++i) many["n"].push_back(std::string(20, 'a') + std::to_string(i));
  CHECK(WordList(many).found_in(std::string(300'000, 'a')).empty());
}

TEST_CASE("a list comes back from JSON, and what is none is refused with its place") {
  const WordList words{{"refund", {"refund", "money back"}}, {"praise", {"great"}}};
  CHECK(WordList::from_json(words.to_json()) == words);
  for (const char* broken : {"3", "[1]", R"({"a": "b"})", R"({"a": [1]})", R"({"a": [""]})", R"({"a": ["  "]})"}) {
    INFO(broken);
    try {
      WordList::from_json(Json::parse(broken));
      FAIL("it was read");
    } catch (const Error& error) {
      CHECK(error.code() == ErrorCode::InvalidSetting);
    }
  }
}

TEST_CASE("a copy shares what was built, and outlives the first") {
  auto first = std::make_unique<WordList>(WordList{{"refund", {"refund"}}});
  const WordList copy = *first;
  first.reset();
  CHECK(copy.found_in("a refund") == Names{"refund"});
}
