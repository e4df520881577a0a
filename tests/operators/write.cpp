#include "workflow/operators/write.h"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <set>
#include <thread>

#include "operator_checks.h"
#include "operators/file_names.h"
#include "operators/json_lines.h"
#include "temporary_folder.h"
#include "workflow/operators/crop.h"

using namespace workflow;

namespace {

std::vector<std::string> lines_of(const std::string& file) {
  std::vector<std::string> lines;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::set<std::string> files_below(const std::filesystem::path& folder) {
  std::set<std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (entry.is_regular_file()) files.insert(std::filesystem::relative(entry.path(), folder).string());
  return files;
}

// Photos called a.jpg and sub/b.jpg.
Source two_photos() {
  auto next = [at = 0]() mutable -> std::optional<Arrival> {
    if (at == 2) return std::nullopt;
    const int side = at == 0 ? 20 : 30;
    return Arrival{at++ == 0 ? "a.jpg" : "sub/b.jpg", {}, [side](Column& into, std::uint32_t item) {
                     typed<Image>(into).push(item, made::image(side, side));
                   }};
  };
  return Source(ValueType::of<Image>(), 2, next);
}

struct Graded {
  int grade = 0;
  Json to_json() const { return Json::object({{"grade", grade}}); }
};

}  // namespace

TEST_CASE("pictures are files named after input and place, other values lines with where they come from") {
  const TemporaryFolder folder;
  Graph graph("g");
  const auto photo = graph.input<Image>("photo");
  const auto faces = photo.then(
      made::Finds{{made::region({0, 0, 0.5f, 0.5f}, 0.75f, "face"), made::region({0.5f, 0, 1, 1}, 0.5f, "face")}});
  faces.then(Crop{}).then(Write{.folder = folder.path().string()}).named("crops");
  faces.then(Write{.folder = folder.path().string()}).named("faces");
  photo.then(Write{.folder = folder.path().string(), .picture = Write::Picture::Jpeg}).named("whole");
  Executor({.threads = 1}).run(graph, two_photos()).finish();

  CHECK(files_below(folder.path()) == std::set<std::string>{"crops/a.jpg@0.png", "crops/a.jpg@1.png",
                                                            "crops/sub/b.jpg@0.png", "crops/sub/b.jpg@1.png", "faces.jsonl",
                                                            "whole/a.jpg.jpg", "whole/sub/b.jpg.jpg"});
  CHECK(read_image(folder / "crops/sub/b.jpg@1.png").height() == 30);
  const auto lines = lines_of(folder / "faces.jsonl");
  REQUIRE(lines.size() == 4);
  const Json line = Json::parse(lines[3]);
  CHECK(line.at("input").string() == "sub/b.jpg");
  CHECK(line.at("path").at(0).integer() == 1);
  CHECK(line.at("graph").string() == "g");
  CHECK(line.at("step").string() == "faces");
  CHECK(line.at("bounding_box").at("left_col").number() == 0.5);
  CHECK(line.at("value").at("value").number() == 0.5);
  CHECK(line.at("value").at("concepts").at(0).at("name").string() == "face");
}

TEST_CASE("running the same graph on the same inputs again changes nothing, another graph adds its own lines") {
  const TemporaryFolder folder;
  const auto run = [&](float score) {
    Graph graph("g");
    graph.input<Image>("photo")
        .then(made::Finds{{made::region({0, 0, 1, 1}, score)}})
        .then(Write{.folder = folder.path().string()})
        .named("faces");
    Executor({.threads = 2, .batch = 1}).run(graph, two_photos()).finish();
    return lines_of(folder / "faces.jsonl");
  };
  const auto once = run(0.5f);
  CHECK(once.size() == 2);
  CHECK(run(0.5f) == once);
  const auto concepts = [&] {
    Graph graph("h");
    graph.input<Image>("photo")
        .then([](const Image&) {
          return Concepts{{"cat", 1.0f}};
        })
        .then(Write{.folder = folder.path().string()})
        .named("faces");
    Executor().run(graph, two_photos()).finish();
  };
  concepts();
  CHECK(lines_of(folder / "faces.jsonl").size() == 4);
}

TEST_CASE("nothing is written of an input of which an item failed, nor in a dry run, and nothing for no items") {
  const TemporaryFolder folder;
  Graph graph("g");
  const auto photo = graph.input<Image>("photo");
  photo.then(made::FindsBrokenOnOnePixel{.broken = made::region({0, made::nan, 1, 1})})
      .then(Crop{})
      .then(Write{.folder = folder / "out"});
  photo.then(made::Finds{}).then(Write{.folder = folder / "out"});
  Executor({.effects = false}).run(graph, std::vector{made::image(2, 2)}).finish();
  CHECK_FALSE(std::filesystem::exists(folder / "out"));
  Executor({.threads = 1}).run(graph, std::vector{made::image(1, 1), made::image(2, 2)}).finish();
  CHECK(files_below(folder / "out") == std::set<std::string>{"write/1@0.png"});
}

TEST_CASE("a folder that can't be written is the error of each input, with the cause") {
  const TemporaryFolder folder;
  std::ofstream(folder / "file") << "not a folder";
  Graph graph("g");
  graph.input<int>("n").then(Write{.folder = folder / "file"}).named("out");
  for (const Result& result : Executor({.threads = 1}).run(graph, std::vector{1, 2})) {
    REQUIRE_FALSE(result.ok());
    CHECK_THAT(std::string(result.error().what()), Catch::Contains("can't open it: Not a directory"));
  }
}

TEST_CASE("a host's own type, numbers and strings are written, too") {
  const TemporaryFolder folder;
  Graph graph("g");
  const auto n = graph.input<int>("n");
  n.then(Write{.folder = folder.path().string()}).named("n");
  n.then([](const int& i) { return Graded{i}; }).then(Write{.folder = folder.path().string()}).named("graded");
  n.then([](const int& i) { return std::to_string(i) + "\n"; }).then(Write{.folder = folder.path().string()}).named("text");
  Executor().run(graph, std::vector{7}).finish();
  CHECK(Json::parse(lines_of(folder / "n.jsonl").at(0)).at("value").integer() == 7);
  CHECK(Json::parse(lines_of(folder / "graded.jsonl").at(0)).at("value").at("grade").integer() == 7);
  CHECK(Json::parse(lines_of(folder / "text.jsonl").at(0)).at("value").string() == "7\n");
}

TEST_CASE("what a kill left of a line is cut off, what others wrote stays, and a key stands in a file once") {
  const TemporaryFolder folder;
  std::ofstream(folder / "a.jsonl") << "{\"key\": \"one\"}\nnot JSON\n{\"key\": \"tw";
  JsonLines file(folder / "a.jsonl");
  const std::vector<JsonLines::Line> lines = {
      {"one", R"({"key": "one"})"}, {"two", R"({"key": "two"})"}, {"two", R"({"key": "two"})"}};
  file.append(lines);
  CHECK(lines_of(folder / "a.jsonl") == std::vector<std::string>{R"({"key": "one"})", "not JSON", R"({"key": "two"})"});
  JsonLines other(folder / "a.jsonl");
  other.append(std::vector<JsonLines::Line>{{"three", R"({"key": "three"})"}});
  file.append(std::vector<JsonLines::Line>{{"three", R"({"key": "three"})"}, {"four", R"({"key": "four"})"}});
  CHECK(lines_of(folder / "a.jsonl").size() == 5);
}

TEST_CASE("processes that are killed while they write lose no line that was kept, and double none") {
  const TemporaryFolder folder;
  const std::string file = folder / "a.jsonl";
  for (int round = 0; round < 20; ++round) {
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      // The child tells by a file's name what came back from append().
      JsonLines lines(file);
      for (int i = 0;; ++i) {
        const std::string key = std::to_string(round) + "-" + std::to_string(i);
        try {
          lines.append(
              std::vector<JsonLines::Line>{{key, Json::object({{"key", key}, {"long", std::string(3000, 'x')}}).dump()}});
        } catch (...) {
          _exit(1);
        }
        std::ofstream(folder / ("kept-" + key));
      }
    }
    // At any moment once it has begun, be the machine quick or slow.
    const std::string first = folder / ("kept-" + std::to_string(round) + "-0");
    for (int i = 0; i < 2000 && !std::filesystem::exists(first); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    std::this_thread::sleep_for(std::chrono::milliseconds(7 * (round % 5)));
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
  }
  JsonLines(file).append({});
  std::multiset<std::string> keys;
  for (const std::string& line : lines_of(file)) keys.insert(Json::parse(line).at("key").string());
  CHECK(std::set<std::string>(keys.begin(), keys.end()).size() == keys.size());
  std::size_t kept = 0;
  for (const std::string& name : files_below(folder.path()))
    if (name.starts_with("kept-")) {
      CHECK(keys.count(name.substr(5)) == 1);
      ++kept;
    }
  CHECK(kept >= 20);
}

TEST_CASE("no name leads out of the folder, and different names stay different") {
  const std::vector<std::uint32_t> no_place;
  const std::vector<std::uint32_t> place = {2, 0};
  CHECK(file_of("sub/a.jpg", no_place) == "sub/a.jpg");
  CHECK(file_of("a.jpg", place) == "a.jpg@2-0");
  CHECK(file_of("../../etc/passwd", no_place) == "%2E./%2E./etc/passwd");
  CHECK(file_of("/etc//passwd/", no_place) == "etc/passwd");
  CHECK(file_of("clip.mp4#12", no_place) == "clip.mp4#12");
  CHECK(file_of("a@2", no_place) == "a%402");
  CHECK(file_of("", no_place) == "%");
  CHECK(file_of("a\\b:c\n", no_place) == "a%5Cb%3Ac%0A");
  const std::string long_name(5000, 'x');
  CHECK(file_of(long_name, no_place).size() <= 180);
  CHECK(file_of(long_name, no_place) != file_of(long_name + "x", no_place));
}

TEST_CASE("Write's settings are checked and come back from JSON") {
  checks::json_round_trip(Write{.folder = "out", .picture = Write::Picture::Jpeg});
  checks::refused(Write{});
}
