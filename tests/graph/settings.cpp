#include "workflow/graph/settings.h"

#include "catch.h"

using namespace workflow;

namespace {

enum class Side { Left, Right };

// One field of every supported type.
struct All {
  bool flag = false;
  int whole = 1;
  std::int64_t large = 2;
  float number = 0.5f;
  double precise = 0.25;
  std::string word = "w";
  Box box = {};
  Side side = Side::Left;
  std::optional<float> perhaps = {};
  std::vector<float> list = {};
  std::vector<std::string> words = {};
  std::map<std::string, float> each = {};
  std::map<std::string, std::vector<std::string>> lists = {};

  static auto settings() {
    return std::tuple{setting("flag", &All::flag),
                      setting("whole", &All::whole, between(0, 10)),
                      setting("large", &All::large),
                      setting("number", &All::number, between(0, 1)),
                      setting("precise", &All::precise, above(0)),
                      setting("word", &All::word),
                      setting("box", &All::box, between(0, 1)),
                      setting("side", &All::side, Choices<Side>{{Side::Left, "left"}, {Side::Right, "right"}}),
                      setting("perhaps", &All::perhaps, between(0, 1)),
                      setting("list", &All::list, between(0, 1)),
                      setting("words", &All::words),
                      setting("each", &All::each, between(0, 1)),
                      setting("lists", &All::lists)};
  }
};

std::string refusal(std::string_view text) {
  try {
    settings_from_json<All>(Json::parse(text));
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::InvalidSetting);
    return error.text();
  }
  return "nothing was thrown";
}

}  // namespace

TEST_CASE("every supported type is written and read back as it was") {
  All all;
  all.flag = true;
  all.whole = 7;
  all.large = std::numeric_limits<std::int64_t>::max();
  all.number = 0.1f;
  all.precise = 1.0 / 3;
  all.word = "a \"quoted\"\nword, \xC3\xA9";
  all.box = {0.1f, 0.2f, 0.3f, 0.4f};
  all.side = Side::Right;
  all.perhaps = 0.7f;
  all.list = {0.1f, 1};
  all.words = {"", "b"};
  all.each = {{"", 0.5f}, {"x.y", 0.3f}};
  all.lists = {{"a", {"b", "c"}}, {"d", {}}};

  const Json json = settings_to_json(all);
  const All again = settings_from_json<All>(Json::parse(json.dump()));
  CHECK(settings_to_json(again) == json);
  CHECK(again.large == all.large);
  CHECK(again.number == all.number);
  CHECK(again.precise == all.precise);
  CHECK(again.word == all.word);
  CHECK(again.box == all.box);
  CHECK(again.side == Side::Right);
  CHECK(again.perhaps == all.perhaps);
  CHECK(again.list == all.list);
  CHECK(again.words == all.words);
  CHECK(again.each == all.each);
  CHECK(again.lists == all.lists);
  CHECK(json.at("number").dump() == "0.1");
  CHECK(json.at("side").string() == "right");
}

TEST_CASE("what is not named keeps its default, and null is no object's worth of settings") {
  CHECK(settings_to_json(settings_from_json<All>(Json())) == settings_to_json(All{}));
  CHECK(settings_from_json<All>(Json::parse(R"({"whole": 3})")).whole == 3);
  CHECK_FALSE(settings_from_json<All>(Json::parse(R"({"perhaps": null})")).perhaps);
  CHECK(settings_from_json<All>(Json::parse(R"({"number": 1, "list": []})")).number == 1.0f);
}

TEST_CASE("another type than the field's is refused, for every type") {
  CHECK(refusal(R"({"flag": 1})") == "flag: wanted true or false, got 1");
  CHECK(refusal(R"({"whole": 1.5})") == "whole: wanted a whole number, got 1.5");
  CHECK(refusal(R"({"whole": "1"})") == "whole: wanted a whole number, got \"1\"");
  CHECK(refusal(R"({"whole": 3000000000})") == "whole: wanted a smaller number, got 3000000000");
  CHECK_THAT(refusal(R"({"large": 1e30})"), Catch::Contains("large: wanted a whole number"));
  CHECK_THAT(refusal(R"({"large": 99999999999999999999})"), Catch::Contains("large: wanted a whole number"));
  CHECK(refusal(R"({"number": null})") == "number: wanted a number, got null");
  CHECK(refusal(R"({"precise": [1]})") == "precise: wanted a number, got [1]");
  CHECK(refusal(R"({"word": 1})") == "word: wanted a string, got 1");
  CHECK(refusal(R"({"box": [0, 0, 1]})") == "box: wanted four edges: left, top, right, bottom, got [0,0,1]");
  CHECK(refusal(R"({"box": {"left": 0}})") == "box: wanted a list, got {\"left\":0}");
  CHECK(refusal(R"({"side": 1})") == "side: wanted a word, got 1");
  CHECK(refusal(R"({"side": "rigth"})") == "side: wanted one of left, right, got \"rigth\"; did you mean \"right\"?");
  CHECK(refusal(R"({"perhaps": "no"})") == "perhaps: wanted a number, got \"no\"");
  CHECK(refusal(R"({"list": 1})") == "list: wanted a list, got 1");
  CHECK(refusal(R"({"list": [true]})") == "list: wanted a number, got true");
  CHECK(refusal(R"({"words": [1]})") == "words: wanted a string, got 1");
  CHECK(refusal(R"({"each": []})") == "each: wanted an object, got []");
  CHECK(refusal(R"({"each": {"a": "b"}})") == "each: wanted a number, got \"b\"");
  CHECK(refusal(R"({"lists": {"a": 1}})") == "lists: wanted a list, got 1");
  CHECK(refusal("[]") == "settings: wanted an object, got []");
}

TEST_CASE("what is out of range is refused, inside of lists, maps, boxes and optionals too") {
  CHECK(refusal(R"({"whole": 11})") == "whole: wanted 0..10, got 11");
  CHECK(refusal(R"({"whole": -1})") == "whole: wanted 0..10, got -1");
  CHECK(refusal(R"({"precise": 0})") == "precise: wanted above 0, got 0");
  CHECK(refusal(R"({"number": 1e300})") == "number: wanted 0..1, got inf");
  CHECK(refusal(R"({"box": [0, 0, 1, 2]})") == "box: wanted 0..1, got 2");
  CHECK(refusal(R"({"perhaps": 2})") == "perhaps: wanted 0..1, got 2");
  CHECK(refusal(R"({"list": [0.5, -1]})") == "list: wanted 0..1, got -1");
  CHECK(refusal(R"({"each": {"dog": 2}})") == "each.dog: wanted 0..1, got 2");
}

TEST_CASE("an unknown setting is refused with the nearest name") {
  CHECK_THAT(refusal(R"({"numbr": 1})"), Catch::Contains("got \"numbr\"; did you mean \"number\"?"));
  CHECK_THAT(refusal(R"({"": 1})"), Catch::Contains("got \"\""));
}

TEST_CASE("NaN, the infinities and words that an enumeration lacks are refused in a struct, too") {
  const auto is_refused = [](auto change) {
    All all;
    change(all);
    CHECK_THROWS_AS(check_settings(all), Error);
  };
  constexpr float infinity = std::numeric_limits<float>::infinity();
  is_refused([](All& all) { all.number = std::numeric_limits<float>::quiet_NaN(); });
  is_refused([](All& all) { all.precise = infinity; });
  is_refused([](All& all) { all.box.left = -infinity; });
  is_refused([](All& all) { all.list = {infinity}; });
  is_refused([](All& all) { all.side = static_cast<Side>(9); });
  CHECK_NOTHROW(check_settings(All{}));
}

TEST_CASE("a range says what it takes") {
  CHECK(between(0, 1).to_string() == "0..1");
  CHECK(above(0).to_string() == "above 0");
  CHECK(at_least(1).to_string() == "at least 1");
  CHECK(Range{.high = 1}.to_string() == "at most 1");
  CHECK(Range{.high = 1, .without_high = true}.to_string() == "below 1");
  CHECK(Range{.low = 0, .high = 1, .without_high = true}.to_string() == "0..1 (exclusive)");
  CHECK(Range{}.to_string() == "a number");
  CHECK(between(0, 1).holds(1));
  CHECK_FALSE(Range{.low = 0, .high = 1, .without_high = true}.holds(1));
}
