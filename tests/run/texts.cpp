#include <filesystem>
#include <fstream>

#include "catch.h"
#include "temporary_folder.h"
#include "workflow/run/executor.h"
#include "workflow/values/values.h"

using namespace workflow;
namespace fs = std::filesystem;

namespace {

// What a run of a file's lines says of each: its id with the text, or the error's own words.
std::vector<std::string> seen(const std::string& bytes) {
  const TemporaryFolder folder;
  const fs::path file = folder.path() / "lines.txt";
  std::ofstream(file, std::ios::binary) << bytes;
  Graph graph("g");
  const auto text = graph.input<Text>("text");
  std::vector<std::string> lines;
  for (const Result& result : Executor({.threads = 2}).run(graph, texts(file.string())))
    lines.push_back(result.id() + " " + (result.ok() ? result[text].front()->text : "error: " + result.error().text()));
  return lines;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("Lines are texts, whatever ends them, and an empty one is an empty text") {
  CHECK(seen("one\ntwo\r\n\nvier\r\n") == Lines{"1 one", "2 two", "3 ", "4 vier"});
  CHECK(seen("no line feed") == Lines{"1 no line feed"});
  CHECK(seen("\n") == Lines{"1 "});
  CHECK(seen("").empty());
  CHECK(seen("\xEF\xBB\xBFmarked\n\xEF\xBB\xBFnot at its beginning") == Lines{"1 marked", "2 \xEF\xBB\xBFnot at its beginning"});
  CHECK(seen(std::string("a\0b\rc", 5)) == Lines{std::string("1 a\0b\rc", 7)});
}

TEST_CASE("A line that is not UTF-8 is an error of its own, and the others go through") {
  const Lines lines = seen("good\nbad \xFF here\nלום\n");
  REQUIRE(lines.size() == 3);
  CHECK(lines[0] == "1 good");
  CHECK_THAT(lines[1], Catch::Contains("wanted UTF-8, got the byte 0xff at 4"));
  CHECK(lines[2] == "3 לום");
}

TEST_CASE("Lines of a megabyte are texts; one of more than 16 is an error of its own") {
  const std::string megabyte(1'000'000, 'x');
  CHECK(seen(megabyte + "\n" + megabyte + "\nshort") == Lines{"1 " + megabyte, "2 " + megabyte, "3 short"});
  const Lines lines = seen("first\n" + std::string((16U << 20U) + 1, 'x') + "\nlast");
  REQUIRE(lines.size() == 3);
  CHECK_THAT(lines[1], Catch::Contains("wanted a line of at most 16777216 bytes, got 16777217"));
  CHECK(lines[2] == "3 last");
}

TEST_CASE("A file that is not there, or is a folder, is an error at once") {
  const TemporaryFolder folder;
  CHECK_THROWS_AS(texts((folder.path() / "none.txt").string()), Error);
  CHECK_THROWS_AS(texts(folder.path().string()), Error);
}
