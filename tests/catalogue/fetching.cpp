#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

#include "base/sha256.h"
#include "catalogue/fetch.h"
#include "catalogue/zero_model.h"
#include "local_server.h"
#include "models.h"
#include "workflow/catalogue/catalogue.h"
#include "workflow/model/detector.h"

using namespace workflow;
using Catch::Contains;
using test::error_of;
using test::LocalServer;

namespace fs = std::filesystem;

namespace {

const HttpOptions quick = {.connect_seconds = 2, .stall_seconds = 1, .most_bytes = 10'000'000};

std::string content() {
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += static_cast<char>(i * 31 % 251);
  return text;
}

std::string sum_of(const std::string& text) {
  Sha256 sum;
  sum.add(std::as_bytes(std::span(text)));
  return sum.digits();
}

std::string text_of(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string whole_or_rest(const std::string& request, const std::string& all) {
  const std::size_t from = LocalServer::first_byte(request);
  if (from == 0) return LocalServer::reply("200 OK", all);
  if (from >= all.size()) return LocalServer::reply("416 Range Not Satisfiable", "");
  return LocalServer::reply("206 Partial Content", all.substr(from));
}

// What a fetch may leave behind besides the file itself: the lock, and a half that can be gone on with.
std::vector<std::string> names_in(const std::string& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}
using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("A file is fetched once, by its sum or the first digits of it") {
  const test::TemporaryFolder folder;
  const std::string all = content();
  const LocalServer server([&](const std::string& request) { return whole_or_rest(request, all); });
  const std::string target = folder.path + "/deep/below/weights.pth";
  const WeightsLocation from{server.url("/w.pth"), sum_of(all).substr(0, 8)};
  fetch(from, target, "model", quick);
  fetch(from, target, "model", quick);
  CHECK(text_of(target) == all);
  CHECK(server.requests().size() == 1);
  CHECK(names_in(folder.path + "/deep/below") == Names{".fetching", "weights.pth"});
}

TEST_CASE("A download that breaks off goes on where it was, in the same call and in the next") {
  const test::TemporaryFolder folder;
  const std::string all = content(), target = folder.path + "/weights.pth";
  std::atomic<int> bytes_a_time = 30'000;
  const LocalServer server([&](const std::string& request) {
    const std::size_t from = LocalServer::first_byte(request);
    const std::string rest = all.substr(from);
    return LocalServer::reply(from == 0 ? "200 OK" : "206 Partial Content",
                              rest.substr(0, static_cast<std::size_t>(bytes_a_time.load())), rest.size());
  });
  SECTION("in one call") {
    fetch({server.url("/w"), sum_of(all)}, target, "model", quick);
    CHECK(server.requests().size() == 4);
  }
  SECTION("when the server gives nothing more, the half is kept for the next call") {
    fs::create_directories(folder.path);
    std::ofstream(folder.path + "/.weights.pth.part", std::ios::binary) << all.substr(0, 60'000);
    bytes_a_time = 0;
    const Error error = error_of([&] { fetch({server.url("/w"), sum_of(all)}, target, "model", quick); });
    CHECK(error.code() == ErrorCode::Unavailable);
    CHECK_THAT(error.what(), Contains("60000 bytes are here"));
    CHECK_FALSE(fs::exists(target));
    bytes_a_time = 1'000'000;
    fetch({server.url("/w"), sum_of(all)}, target, "model", quick);
    CHECK(LocalServer::first_byte(server.requests().back()) == 60'000);
  }
  CHECK(text_of(target) == all);
}

TEST_CASE("A half of another file, or one that is whole already, does no harm") {
  const test::TemporaryFolder folder;
  const std::string all = content(), target = folder.path + "/weights.pth", half = folder.path + "/.weights.pth.part";
  const LocalServer server([&](const std::string& request) { return whole_or_rest(request, all); });
  for (const std::string& before : {std::string(500, 'x'), std::string(200'000, 'x'), all}) {
    std::ofstream(half, std::ios::binary) << before;
    fetch({server.url("/w"), sum_of(all)}, target, "model", quick);
    CHECK(text_of(target) == all);
    fs::remove(target);
  }
}

TEST_CASE("A server that begins anew instead of going on is taken at its word") {
  const test::TemporaryFolder folder;
  const std::string all = content(), target = folder.path + "/weights.pth";
  const LocalServer server([&](const std::string&) { return LocalServer::reply("200 OK", all); });
  std::ofstream(folder.path + "/.weights.pth.part", std::ios::binary) << all.substr(0, 60'000);
  fetch({server.url("/w"), sum_of(all)}, target, "model", quick);
  CHECK(text_of(target) == all);
}

TEST_CASE("What is not the wanted file is refused and leaves nothing behind") {
  const test::TemporaryFolder folder;
  const LocalServer server([&](const std::string& request) { return whole_or_rest(request, "something else"); });
  const Error error = error_of([&] { fetch({server.url("/w"), sum_of("wanted")}, folder.path + "/w.pth", "model", quick); });
  CHECK(error.code() == ErrorCode::Unreadable);
  CHECK_THAT(error.what(), Contains(sum_of("wanted")) && Contains(sum_of("something else")));
  CHECK(names_in(folder.path) == Names{".fetching"});
}

TEST_CASE("No such file, no such host, a server that stalls and one that never ends are one clear error each") {
  const test::TemporaryFolder folder;
  const std::string target = folder.path + "/w.pth", sum = sum_of("x");
  const LocalServer server([&](const std::string& request) -> std::string {
    if (request.find(" /missing ") != std::string::npos) return LocalServer::reply("404 Not Found", "<html>sorry</html>");
    if (request.find(" /endless ") != std::string::npos)
      return LocalServer::reply("200 OK", std::string(50'000, 'x'), 1'000'000'000);
    if (request.find(" /round ") != std::string::npos)
      return "HTTP/1.1 302 Found\r\nLocation: /round\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    std::this_thread::sleep_for(std::chrono::milliseconds(800));
    return "";
  });
  CHECK(error_of([&] { fetch({server.url("/missing"), sum}, target, "model", quick); }).code() == ErrorCode::NotFound);
  CHECK(error_of([&] { fetch({server.url("/round"), sum}, target, "model", quick); }).code() == ErrorCode::Unavailable);
  HttpOptions little = quick;
  little.most_bytes = 40'000;
  CHECK_THAT(error_of([&] {
               fetch({server.url("/endless"), sum}, target, "model", little);
             }).what(),
             Contains("40000 bytes"));
  fs::remove(folder.path + "/.w.pth.part");
  HttpOptions patience = quick;
  patience.seconds = 0.2;
  CHECK(error_of([&] { fetch({server.url("/stall"), sum}, target, "model", patience); }).code() == ErrorCode::Unavailable);
  CHECK(error_of([&] { fetch({"http://127.0.0.1:1/w", sum}, target, "model", quick); }).code() == ErrorCode::Unavailable);
  CHECK_FALSE(fs::exists(target));
}

TEST_CASE("A full disk is an error and is not kept full") {
  const test::TemporaryFolder folder;
  const std::string all = content();
  const LocalServer server([&](const std::string& request) { return whole_or_rest(request, all); });
  // A limit on the size of files stands for the disk, in a process of its own: it cannot be taken back.
  const pid_t child = fork();
  if (child == 0) {
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit small = {20'000, 20'000};
    setrlimit(RLIMIT_FSIZE, &small);
    try {
      fetch({server.url("/w"), sum_of(all)}, folder.path + "/w.pth", "model", quick);
    } catch (const Error& error) {
      _exit(error.code() == ErrorCode::Failed && std::string(error.what()).find("cannot write") != std::string::npos ? 0
                                                                                                                     : 2);
    }
    _exit(1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  CHECK(WEXITSTATUS(status) == 0);
  CHECK(names_in(folder.path) == Names{".fetching"});
}

TEST_CASE("Threads that want the same file fetch it once") {
  const test::TemporaryFolder folder;
  const std::string all = content();
  const LocalServer server([&](const std::string& request) { return whole_or_rest(request, all); });
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] { fetch({server.url("/w"), sum_of(all)}, folder.path + "/w.pth", "model", quick); });
  for (auto& thread : threads) thread.join();
  CHECK(server.requests().size() == 1);
}

TEST_CASE("A catalogue fetches a model's weights on first use, and only when it is told to") {
  const test::TemporaryFolder folder;
  write_model_directory(folder.path + "/nothing/1", test::zero_model(1));
  const std::string weights = folder.path + "/nothing/1/weights.safetensors";
  const std::string all = text_of(weights);
  fs::remove(weights);
  const LocalServer server([&](const std::string& request) { return whole_or_rest(request, all); });
  ModelSpec spec = test::zero_model(1).spec;
  spec.weights = {server.url("/files/weights.safetensors?download=1"), sum_of(all)};
  std::ofstream(folder.path + "/nothing/1/model.json") << spec.to_json().dump();

  const auto load = [](const Catalogue& catalogue) {
    return catalogue.load<Detector>("nothing", {.device = Device::cpu()});
  };
  CHECK(error_of([&] { load(Catalogue::open(folder.path)); }).code() == ErrorCode::NotFound);
  CHECK(server.requests().empty());
  CHECK(load(Catalogue::open(folder.path, {.fetch = true})).name() == "nothing@1");
  CHECK(load(Catalogue::open(folder.path)).name() == "nothing@1");
  CHECK(server.requests().size() == 1);
  CHECK(text_of(weights) == all);
}

TEST_CASE("A manifest's place for weights needs a URL and a sum that can be right") {
  Json json = test::zero_model(1).spec.to_json();
  for (const Json& bad : {Json::object({{"url", "ftp://x/y"}, {"sha256", std::string(64, 'a')}}),
                          Json::object({{"url", "https://x/y"}, {"sha256", "abc"}}), Json::object({{"url", "https://x/y"}}),
                          Json::object({{"url", "https://x/y"}, {"sha256", std::string(64, 'Z')}}), Json("https://x/y")}) {
    json["weights"] = bad;
    CHECK(error_of([&] { ModelSpec::from_json(json); }).code() == ErrorCode::InvalidSetting);
  }
}
