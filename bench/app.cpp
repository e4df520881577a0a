// The app: annotations a second with synchronous = NORMAL, inputs a second with FULL and group commit, beside what the disk
// itself can do and beside a plain SQLite loop with one table.
// usage: bench_app [folder on the disk to measure]
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "app/database.h"
#include "workflow/app/app.h"
#include "workflow/operators/operators.h"
#include "workflow/run/executor.h"

namespace wf = workflow;
namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using Synchronous = wf::AppOptions::Synchronous;

namespace {

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

// How often a second the disk takes 4 KiB that are appended.
double disk_syncs(const std::string& file) {
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0666);
  const std::string page(4096, 'x');
  const auto start = Clock::now();
  int count = 0;
  for (; seconds_since(start) < 1; ++count)
    if (::write(descriptor, page.data(), page.size()) < 0 || ::fdatasync(descriptor) != 0) break;
  ::close(descriptor);
  return count / seconds_since(start);
}

// Sure of one concept, in doubt about another: two annotations an input.
std::vector<wf::Concepts> inputs(std::size_t count) { return std::vector<wf::Concepts>(count, {{"cat", 0.9f}, {"dog", 0.5f}, {"cow", 0.1f}}); }

wf::Graph labelling(const wf::App& app) {
  wf::Graph graph("label");
  const auto bands = graph.input<wf::Concepts>("concepts").split(wf::Bands{.accept = 0.8f, .review = 0.3f});
  bands.accept.then(wf::Annotate{.app = app});
  bands.review.then(wf::Annotate{.app = app, .status = wf::Status::PendingReview});
  return graph;
}

// Inputs a second of a whole run: graph, comparisons, annotations.
double run(const std::string& folder, Synchronous synchronous, wf::ExecutorOptions options, std::size_t count) {
  const auto app = wf::App::open(folder, {.synchronous = synchronous});
  const wf::Graph graph = labelling(app);
  const auto start = Clock::now();
  wf::Executor(options).run(graph, inputs(count)).finish();
  const double rate = static_cast<double>(count) / seconds_since(start);
  const std::size_t kept = app.count(wf::Status::Success) + app.count(wf::Status::PendingReview);
  if (kept != 2 * count) fmt::print(stderr, "wanted {} annotations, got {}\n", 2 * count, kept);
  return rate;
}

// Inputs a second of threads that each write one input after the other, with one annotation, and wait for the disk.
double one_by_one(const std::string& folder, Synchronous synchronous, int threads, double seconds) {
  const auto app = wf::App::open(folder, {.synchronous = synchronous});
  std::atomic<std::uint64_t> count = 0;
  const auto start = Clock::now();
  std::vector<std::thread> writers;
  for (int t = 0; t < threads; ++t)
    writers.emplace_back([&, t] {
      for (int i = 0; seconds_since(start) < seconds; ++i, ++count)
        app.submit({.input_id = fmt::format("{}/{}", t, i), .concepts = {{"cat", 0.9f}}, .by = "bench"});
    });
  for (std::thread& it : writers) it.join();
  return static_cast<double>(count) / seconds_since(start);
}

// Rows a second of one table with the annotation as text, in transactions of 16: the least that anybody would write.
double plain_loop(const std::string& file, int rows) {
  wf::Database db(file, wf::Database::Access::Write, std::chrono::milliseconds(0));
  db.run("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; CREATE TABLE t (id INTEGER PRIMARY KEY, input TEXT, said TEXT)");
  const auto start = Clock::now();
  for (int i = 0; i < rows; ++i) {
    if (i % 16 == 0) db.run("BEGIN");
    db.change("INSERT INTO t (input, said) VALUES (?, ?)", std::to_string(i / 2), R"({"concepts": [{"name": "cat", "score": 0.9}]})");
    if (i % 16 == 15) db.run("COMMIT");
  }
  return rows / seconds_since(start);
}

void row(std::string_view what, double rate, std::string_view bar) { fmt::print("{:<72} {:>10.0f} {:>8}\n", what, rate, bar); }

}  // namespace

int main(int argc, char** argv) {
  const fs::path base = fs::path(argc > 1 ? argv[1] : fs::temp_directory_path().string()) / fmt::format("workflow-bench-{}", ::getpid());
  fs::create_directories(base);
  const auto folder = [&](const char* name) { return (base / name).string(); };

  fmt::print("{:<72} {:>10} {:>8}\n", "app", "a second", "bar");
  row("the disk: 4 KiB appended and synced", disk_syncs(folder("syncs")), "-");
  row("a plain loop: rows of one table, 16 a transaction, NORMAL", plain_loop(folder("plain.sqlite"), 200'000), "-");
  row("annotations, NORMAL, a run of 1 thread", 2 * run(folder("normal-1"), Synchronous::Normal, {.threads = 1}, 100'000), "20000");
  row("annotations, NORMAL, a run of 2 threads", 2 * run(folder("normal-2"), Synchronous::Normal, {.threads = 2}, 100'000), "20000");
  row("annotations, NORMAL, the same again: nothing is written", 2 * run(folder("normal-2"), Synchronous::Normal, {.threads = 2}, 100'000), "-");
  row("inputs, FULL, a run of 1 thread, 8 inputs a window", run(folder("full-8"), Synchronous::Full, {.threads = 1}, 8'000), "-");
  row("inputs, FULL, a run of 2 threads, 64 inputs a window", run(folder("full-64"), Synchronous::Full, {.threads = 2, .batch = 64}, 20'000), "2000");
  row("inputs, FULL, 1 thread that writes them one by one", one_by_one(folder("full-one"), Synchronous::Full, 1, 2), "-");
  row("inputs, FULL, 16 threads that do so (group commit)", one_by_one(folder("full-group"), Synchronous::Full, 16, 3), "2000");
  fs::remove_all(base);
}
