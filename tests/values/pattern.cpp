#include "workflow/values/pattern.h"

#include "catch.h"
#include "workflow/base/error.h"

using namespace workflow;

TEST_CASE("a pattern is found anywhere in a text, by letters and not by bytes") {
  const Pattern order = R"(\b[A-Z]{2}-\d{4}\b)";
  CHECK(order.is_in("about AB-1234, please"));
  CHECK_FALSE(order.is_in("about XAB-1234"));
  CHECK(Pattern("^.$").is_in("é"));
  CHECK(Pattern("(?i)ÄRGER").is_in("nur ärger"));
  CHECK_FALSE(Pattern("a").is_in(""));
  CHECK(Pattern("^$").is_in(""));
  CHECK_NOTHROW(Pattern("a+").is_in("\xff\xfe a \xc3"));
}

TEST_CASE("what makes other engines hang takes its time in proportion to the text") {
  const std::string text(200'000, 'a');
  CHECK_FALSE(Pattern("^(a+)+$").is_in(text + "b"));
  CHECK_FALSE(Pattern("(a|aa|a?)*c").is_in(text));
  CHECK_FALSE(Pattern("(x+x+)+y").is_in(std::string(200'000, 'x')));
}

TEST_CASE("what does not compile says why, and a pattern that would need too much memory is refused") {
  for (const char* broken : {"(", "a{2,1}", "[z-a]", "(?=ahead)", "\\1", "", "a{1000}{1000}", "((a{100}){100}){100}"}) {
    INFO(broken);
    try {
      Pattern(broken).check();
      FAIL("it compiled");
    } catch (const Error& error) {
      CHECK(error.code() == ErrorCode::InvalidSetting);
      CHECK(std::string_view(error.what()).size() <= 200);
    }
  }
}

TEST_CASE("a pattern is a string in JSON") {
  CHECK(Pattern::from_json(Pattern("a|b").to_json()).text() == "a|b");
  CHECK_THROWS_AS(Pattern::from_json(Json(3)), Error);
  CHECK_THROWS_AS(Pattern::from_json(Json("(")), Error);
}
