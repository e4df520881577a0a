#include "workflow/base/error.h"

#include <initializer_list>
#include <nlohmann/json.hpp>

#include "catch.h"

using workflow::Error;
using workflow::ErrorCode;

namespace {

bool is_utf8(const std::string& text) {
  try {
    static_cast<void>(nlohmann::json(text).dump());
    return true;
  } catch (const nlohmann::json::exception&) {
    return false;
  }
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

}  // namespace

TEST_CASE("a message begins with its place", "[error]") {
  const Error error(ErrorCode::Unreadable, "safetensors", "wanted 8 bytes, got 3");
  CHECK(std::string(error.what()) == "[safetensors] wanted 8 bytes, got 3");
  CHECK(error.text() == "wanted 8 bytes, got 3");
  CHECK(error.code() == ErrorCode::Unreadable);
  CHECK(std::string(Error(ErrorCode::Failed, "", "no place").what()) == "no place");
}

TEST_CASE("an error that is told its place in a graph says graph, step and input", "[error]") {
  const Error error = Error(ErrorCode::InvalidValue, "crop", "wanted 3 channels, got 4").at({"face-mask", "masks", "a.jpg"});
  CHECK(std::string(error.what()) == "[face-mask/masks] input \"a.jpg\": wanted 3 channels, got 4");
  CHECK(error.text() == "wanted 3 channels, got 4");
  CHECK(error.code() == ErrorCode::InvalidValue);
  CHECK(error.where().step == "masks");
}

TEST_CASE("what an error already knows of its place stays, what it does not is filled in", "[error]") {
  const Error inner = Error(ErrorCode::Failed, "f", "broke").at({"inner", "", ""});
  CHECK(std::string(inner.what()) == "[inner] broke");
  const Error both = inner.at({"outer", "step", ""}).at({"other", "another", "a.jpg"});
  CHECK(both.where().graph == "inner");
  CHECK(both.where().step == "step");
  CHECK(both.where().input == "a.jpg");
  CHECK(std::string(inner.at({}).what()) == inner.what());
}

TEST_CASE("the first line has at most 200 bytes and keeps both its ends", "[error]") {
  for (const std::size_t length :
       std::initializer_list<std::size_t>{150, 188, 189, 190, 191, 192, 193, 200, 201, 1000, 100'000}) {
    const std::string text = "begin" + std::string(length, 'x') + "end";
    const std::string what = Error(ErrorCode::Failed, "place", text).what();
    INFO(length);
    CHECK(what.size() <= 200);
    CHECK(what.rfind("[place] begin", 0) == 0);
    CHECK(what.substr(what.size() - 3) == "end");
    CHECK((what == "[place] " + text) == (text.size() + 8 <= 200));
  }
}

TEST_CASE("further lines are kept whole", "[error]") {
  const std::string details = "\n" + std::string(500, 'd') + "\nlast";
  const std::string what = Error(ErrorCode::Failed, "place", std::string(300, 'x') + details).what();
  CHECK(first_line(what).size() <= 200);
  CHECK(what.substr(first_line(what).size()) == details);
}

TEST_CASE("a line is never cut inside a UTF-8 sequence", "[error]") {
  for (const std::string letter : {"é", "€", "😀"}) {
    for (std::size_t shift = 0; shift < 5; ++shift) {
      std::string text(shift, 'x');
      for (int i = 0; i < 120; ++i) text += letter;
      for (std::size_t tail = 0; tail < 5; ++tail) {
        const std::string what = Error(ErrorCode::Failed, "p", text + std::string(tail, 'y')).what();
        CHECK(what.size() <= 200);
        CHECK(what.size() > 180);
        CHECK(is_utf8(what));
      }
    }
  }
}

TEST_CASE("bytes that are no UTF-8 at all are shortened too", "[error]") {
  const std::string what = Error(ErrorCode::Failed, "p", std::string(1000, '\x80')).what();
  CHECK(what.size() <= 200);
}
