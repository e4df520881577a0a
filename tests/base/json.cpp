#include "workflow/base/json.h"

#include <fmt/format.h>

#include <atomic>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <thread>

#include "catch.h"
#include "workflow/base/error.h"

using workflow::Error;
using workflow::ErrorCode;
using workflow::Json;

namespace {

std::string message_of(std::string_view text) {
  try {
    Json::parse(text);
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::Unreadable);
    return error.what();
  }
  return "no error";
}

template <class Call>
ErrorCode code_of(Call call) {
  try {
    call();
  } catch (const Error& error) {
    return error.code();
  }
  FAIL("no error was thrown");
  return ErrorCode::Failed;
}

}  // namespace

TEST_CASE("every kind of value reads and prints back as it was", "[json]") {
  const std::string text = R"({"z":null,"a":[true,false,-7,2.5,"x\n\"é\u0001"],"m":{},"e":[]})";
  const Json json = Json::parse(text);
  CHECK(json.dump() == text);
  CHECK(Json::parse(json.dump(2)) == json);
  CHECK(nlohmann::json::parse(json.dump(2)) == nlohmann::json::parse(text));
}

TEST_CASE("members keep their order", "[json]") {
  Json json;
  json["z"] = 1;
  json["a"] = 2;
  json["z"] = 3;
  CHECK(json.dump() == R"({"z":3,"a":2})");
  CHECK(Json::object({{"b", 1}, {"a", 2}}).dump() == R"({"b":1,"a":2})");
}

TEST_CASE("indented text has one item a line", "[json]") {
  CHECK(Json::parse(R"({"a":[1,2],"b":{}})").dump(2) == "{\n  \"a\": [\n    1,\n    2\n  ],\n  \"b\": {}\n}");
}

TEST_CASE("integers keep 64 bits and larger ones become doubles", "[json]") {
  for (const auto value :
       {std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::min(), std::int64_t{0}}) {
    CHECK(Json::parse(Json(value).dump()).integer() == value);
  }
  const Json large = Json::parse("[9223372036854775808,18446744073709551616,-9223372036854775809]");
  for (const auto& item : large.items()) {
    CHECK_FALSE(item.is_integer());
    CHECK(std::abs(item.number()) >= 0x1p63);
  }
}

TEST_CASE("doubles print as the shortest text that reads back as the same double", "[json]") {
  CHECK(Json(0.1).dump() == "0.1");
  CHECK(Json(100000.0).dump() == "100000.0");
  CHECK(Json(-0.0).dump() == "-0.0");
  CHECK(Json(1e300).dump() == "1e+300");
  for (const double value :
       {0.1, 1.0 / 3, 5e-324, 1.7976931348623157e308, -0.0, 3.0, 1e16, 123456789012345680.0, 1e-5, 9.9e-6}) {
    const Json back = Json::parse(Json(value).dump());
    CHECK_FALSE(back.is_integer());
    CHECK(back.number() == value);
    CHECK(std::signbit(back.number()) == std::signbit(value));
  }
}

TEST_CASE("floats print as the shortest text that reads back as the same float", "[json]") {
  CHECK(Json(0.1F).dump() == "0.1");
  CHECK(Json(1.2F).dump() == "1.2");
  for (const float value : {0.1F, 1.0F / 3, 3.4028235e38F, 1e-45F, 16777216.0F}) {
    CHECK(static_cast<float>(Json::parse(Json(value).dump()).number()) == value);
  }
}

TEST_CASE("NaN and infinities print as null", "[json]") {
  CHECK(Json(std::nan("")).dump() == "null");
  CHECK(Json(std::numeric_limits<float>::quiet_NaN()).dump() == "null");
  CHECK(Json::array({-std::numeric_limits<double>::infinity()}).dump() == "[null]");
}

TEST_CASE("text that is not UTF-8 prints with replacement characters and is refused when read", "[json]") {
  CHECK(Json("a\xFFz").dump() == "\"a\xEF\xBF\xBDz\"");
  CHECK(Json::object({{"\xC3", 1}}).dump() == "{\"\xEF\xBF\xBD\":1}");
  CHECK(message_of("\"a\xFFz\"").find("UTF-8") != std::string::npos);
}

TEST_CASE("a broken text is refused with its line and column", "[json]") {
  CHECK(message_of("{\n  \"a\": 1,\n  \"b\" 2\n}").find("[json] line 3, column 7: ") == 0);
  CHECK(message_of("").find("[json] line 1, column 1: ") == 0);
  CHECK(message_of("[1,2").find("[json] line 1, column 4: ") == 0);
  for (const char* text :
       {"{", "[1,]", "nul", "{} x", "[1] [2]", "'a'", "{\"a\":}", "01", "1e999", "NaN", "[\"a\n\"]", "// x\n1"}) {
    CHECK(message_of(text).find("[json] line 1, column ") == 0);
  }
}

TEST_CASE("a zero byte does not end a text", "[json]") {
  CHECK(message_of(std::string_view("{}\0", 3)) == "[json] line 1, column 3: a zero byte");
  CHECK(message_of(std::string_view("[1]\0 rubbish", 12)) == "[json] line 1, column 4: a zero byte");
}

TEST_CASE("a member that stands twice in its object is refused", "[json]") {
  CHECK(message_of(R"({"a":1,"b":{"a":2},"a":3})").find("member \"a\" stands twice") != std::string::npos);
  CHECK(message_of(R"({"b":{"a":2},"c":{"a":3}})") == "no error");
}

TEST_CASE("an object of many members is read without comparing all with all", "[json]") {
  std::string text = "{";
  for (int i = 0; i < 200'000; ++i) text += fmt::format("\"{}\":{},", i, i);
  text.back() = '}';
  CHECK(Json::parse(text).size() == 200'000);
}

TEST_CASE("nesting of 200 is read, of 201 refused, of a million refused as fast", "[json]") {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  CHECK(Json::parse(nested(200)).dump() == nested(200));
  CHECK(message_of(nested(201)) == "[json] line 1, column 201: nested deeper than 200");
  CHECK(message_of(std::string(1'000'000, '[')) == "[json] line 1, column 201: nested deeper than 200");
  Json deep;
  for (int i = 0; i < 201; ++i) deep = Json::array({std::move(deep)});
  CHECK(code_of([&] { static_cast<void>(deep.dump()); }) == ErrorCode::InvalidValue);
}

TEST_CASE("asking for another type than is there is a mismatch that names both", "[json]") {
  const Json text("x");
  for (const Json& json : {Json(), Json(1), Json::array(), Json::object()}) {
    CHECK(code_of([&] { static_cast<void>(json.string()); }) == ErrorCode::TypeMismatch);
    CHECK(code_of([&] { static_cast<void>(json.boolean()); }) == ErrorCode::TypeMismatch);
  }
  CHECK(code_of([&] { static_cast<void>(text.number()); }) == ErrorCode::TypeMismatch);
  CHECK(code_of([&] { static_cast<void>(text.items()); }) == ErrorCode::TypeMismatch);
  CHECK(code_of([&] { static_cast<void>(text.members()); }) == ErrorCode::TypeMismatch);
  CHECK(code_of([&] { static_cast<void>(text.at("a")); }) == ErrorCode::TypeMismatch);
  CHECK(code_of([&] { static_cast<void>(text.at(0)); }) == ErrorCode::TypeMismatch);
  CHECK(code_of([&] { static_cast<void>(Json(2.0).integer()); }) == ErrorCode::TypeMismatch);
  CHECK_THROWS_WITH(text.integer(), "[json] wanted an integer, got a string");
  CHECK(Json(2).number() == 2.0);
}

TEST_CASE("a missing member and an index beyond the end are not found", "[json]") {
  const Json json = Json::parse(R"({"a":[1]})");
  CHECK(json.find("b") == nullptr);
  CHECK(Json(1).find("b") == nullptr);
  CHECK(code_of([&] { static_cast<void>(json.at("b")); }) == ErrorCode::NotFound);
  CHECK(code_of([&] { static_cast<void>(json.at("a").at(1)); }) == ErrorCode::NotFound);
  CHECK(json.at("a").at(0).integer() == 1);
}

TEST_CASE("null becomes an object or an array when it is added to, others refuse", "[json]") {
  Json list;
  list.push_back(1);
  CHECK(list.dump() == "[1]");
  CHECK(code_of([&] { list["a"] = 1; }) == ErrorCode::TypeMismatch);
  Json text("x");
  CHECK(code_of([&] { text.push_back(1); }) == ErrorCode::TypeMismatch);
}

TEST_CASE("two threads read and print one value at once", "[json]") {
  const std::string text = R"({"a":[1,2,{"b":"c"}],"d":0.1})";
  const Json shared = Json::parse(text);
  std::atomic<int> right = 0;
  const auto work = [&] {
    for (int i = 0; i < 500; ++i) right += shared.dump() == text && Json::parse(text) == shared;
  };
  std::thread other(work);
  work();
  other.join();
  CHECK(right == 1000);
}
