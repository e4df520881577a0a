// Writers that are killed with -9 at random moments: what was acknowledged is there, nothing is there twice or by half.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <map>
#include <random>
#include <thread>

#include "app/store.h"
#include "catch.h"
#include "temporary_folder.h"
#include "workflow/operators/operators.h"
#include "workflow/run/executor.h"

using namespace workflow;

namespace {

constexpr int writers = 3;
constexpr int kills = 100;

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

// Inputs with ids of their own, from `first` on, without end.
Source numbered(const std::string& prefix, int first) {
  return Source(ValueType::of<Concepts>(), std::nullopt, [prefix, next = first]() mutable -> std::optional<Arrival> {
    return Arrival{fmt::format("{}/{}", prefix, next++), {}, [](Column& into, std::uint32_t item) {
                     typed<Concepts>(into).push(item, Concepts{{"cat", 0.9f}, {"dog", 0.5f}});
                   }};
  });
}

// A process that runs this program's hidden test, "[.writes-until-killed]".
pid_t start_writer(const std::string& folder, int writer, int first) {
  const pid_t child = ::fork();
  if (child != 0) return child;
  ::setenv("WORKFLOW_TEST_APP", folder.c_str(), 1);
  ::setenv("WORKFLOW_TEST_WRITER", std::to_string(writer).c_str(), 1);
  ::setenv("WORKFLOW_TEST_FIRST", std::to_string(first).c_str(), 1);
  ::execl("/proc/self/exe", "test_app", "[.writes-until-killed]", nullptr);
  ::_exit(127);
}

std::string acknowledged_file(const std::string& folder, int writer) { return fmt::format("{}/acknowledged-{}", folder, writer); }

// How many inputs a writer was told are kept: it notes a byte for each, in their order, each once.
int acknowledged(const std::string& folder, int writer) {
  std::error_code none_yet;
  const auto size = std::filesystem::file_size(acknowledged_file(folder, writer), none_yet);
  return none_yet ? 0 : static_cast<int>(size);
}

}  // namespace

TEST_CASE("writes until it is killed", "[.writes-until-killed]") {
  const std::string folder = environment("WORKFLOW_TEST_APP");
  const std::string writer = environment("WORKFLOW_TEST_WRITER");
  const int first = std::atoi(environment("WORKFLOW_TEST_FIRST").c_str());
  const App app = App::open(folder + "/app", {.synchronous = AppOptions::Synchronous::Normal, .wait = std::chrono::seconds(60)});

  Graph graph("label");
  const auto bands = graph.input<Concepts>("concepts").split(Bands{.accept = 0.8f, .review = 0.3f});
  bands.accept.then(Annotate{.app = app});
  bands.review.then(Annotate{.app = app, .status = Status::PendingReview});
  const int notes = ::open(acknowledged_file(folder, std::atoi(writer.c_str())).c_str(), O_WRONLY | O_CREAT | O_APPEND, 0666);
  int at = first;
  int noted = acknowledged(folder, std::atoi(writer.c_str()));
  for (const Result& result : Executor({.threads = 1, .batch = 2}).run(graph, numbered(writer, first))) {
    if (!result.ok()) std::abort();
    if (++at > noted && ::write(notes, ".", 1) == 1) ++noted;
  }
}

TEST_CASE("Killed a hundred times while several processes write, an app loses nothing that was acknowledged and doubles nothing") {
  const TemporaryFolder folder;
  const std::string base = folder.path().string();
  App::open(folder / "app");
  std::mt19937 random(7);
  std::map<int, pid_t> running;
  // Each begins some inputs before the last that it was told are kept: what is there already must not come twice.
  const auto start = [&](int writer) { running[writer] = start_writer(base, writer, std::max(0, acknowledged(base, writer) - 5)); };
  for (int writer = 0; writer < writers; ++writer) start(writer);
  for (int kill = 0; kill < kills; ++kill) {
    const int writer = kill % writers;
    const int before = acknowledged(base, writer);
    const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (acknowledged(base, writer) == before && std::chrono::steady_clock::now() < patience)
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 20'000));
    REQUIRE(::kill(running[writer], SIGKILL) == 0);
    int status = 0;
    REQUIRE(::waitpid(running[writer], &status, 0) == running[writer]);
    REQUIRE(WIFSIGNALED(status));
    REQUIRE(WTERMSIG(status) == SIGKILL);
    start(writer);
  }
  for (const auto& [writer, process] : running) {
    ::kill(process, SIGKILL);
    ::waitpid(process, nullptr, 0);
  }

  const App app = App::open(folder / "app");
  int lost = 0;
  int all = 0;
  for (int writer = 0; writer < writers; ++writer)
    for (int input = 0; input < acknowledged(base, writer); ++input, ++all)
      lost += app.annotations({.input_id = fmt::format("{}/{}", writer, input)}).size() < 2;
  app.store().read([&](Database& db) {
    const auto number = [&](std::string_view sql) {
      Query query = db.query(sql);
      query.next();
      return query.integer(0);
    };
    CHECK(number("SELECT count(*) FROM (SELECT 1 FROM annotations GROUP BY input HAVING count(*) != 2)") == 0);
    CHECK(number("SELECT count(*) FROM annotations a WHERE NOT EXISTS (SELECT 1 FROM labels l WHERE l.annotation = a.id)") == 0);
    Query check = db.query("PRAGMA integrity_check");
    REQUIRE(check.next());
    CHECK(check.text(0) == "ok");
  });
  CHECK(lost == 0);
  CHECK(all >= kills);
  CHECK(app.count(Status::Success) == app.count(Status::PendingReview));
  app.submit({.input_id = "after", .status = Status::Success, .by = "tester"});
}
