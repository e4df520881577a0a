#include "base/utf8.h"

#include <string>

#include "catch.h"

using namespace workflow;

TEST_CASE("UTF-8 ends at the first byte that is none") {
  CHECK(valid_utf8("") == 0);
  CHECK(valid_utf8("Zürich 你好 \U0001F600") == std::string_view("Zürich 你好 \U0001F600").size());
  for (const std::string_view bad : {"\x80", "\xC0\xAF", "\xE0\x80\x80", "\xED\xA0\x80", "\xF0\x80\x80\x80", "\xF4\x90\x80\x80",
                                     "\xF5\x80\x80\x80", "\xE4\xBD", "\xE4\xBD\x41", "\xFF"}) {
    CAPTURE(bad);
    CHECK(valid_utf8("ok" + std::string(bad)) == 2);
  }
}

TEST_CASE("White space of every kind is taken off both ends, and nothing else") {
  CHECK(without_outer_space(" \t\r\n\x1C\u00A0\u2003\u3000 a b \u2028\u0085\x0B") == "a b");
  CHECK(without_outer_space("\u200B") == "\u200B");  // joins words, is none
  CHECK(without_outer_space(" \u3000 ").empty());
  CHECK(without_outer_space("").empty());
}
