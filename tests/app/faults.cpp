#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <thread>

#include "app/made_annotations.h"
#include "app/store.h"
#include "catch.h"
#include "temporary_folder.h"
#include "workflow/app/app.h"
#include "workflow/base/error.h"

using namespace workflow;
namespace fs = std::filesystem;

namespace {

// Another program's hand on the same file.
struct Other : Database {
  explicit Other(const std::string& file) : Database(file, Access::Write, std::chrono::milliseconds(0)) {}
};

/// What a call throws: its code, and one line.
struct Told {
  ErrorCode code;
  std::string line;
};

Told told(auto&& call) {
  try {
    call();
  } catch (const Error& error) {
    const std::string line = error.what();
    CHECK(line.find('\n') == std::string::npos);
    CHECK(line.size() <= 200);
    return {error.code(), line};
  }
  FAIL("wanted an Error");
  throw;
}

// An app with some annotations, closed.
std::string filled(const TemporaryFolder& folder, int count = 200) {
  const App app = App::open(folder / "app", {.synchronous = AppOptions::Synchronous::Normal});
  for (int i = 0; i < count; ++i) app.submit(made::annotation("input-" + std::to_string(i), {{"cat", 0.5f}}));
  return folder / "app/app.sqlite";
}

void write_until_it_fails(const App& app) {
  const std::string filler(20'000, 'x');
  for (int i = 0; i < 1000; ++i) {
    Annotation it = made::annotation("filler", {});
    it.info = filler;
    app.submit(it);
  }
}

/// A limit on the size of files that this process writes, for as long as it lives.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit lower{bytes, before_.rlim_max};
    REQUIRE(setrlimit(RLIMIT_FSIZE, &lower) == 0);
  }
  ~FileSizeLimit() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  void (*handler_)(int);
  rlimit before_{};
};

}  // namespace

TEST_CASE("While another process writes, a write waits, then says that the file is locked, and later goes on") {
  const TemporaryFolder folder;
  const std::string file = filled(folder, 1);
  const App app = App::open(folder / "app", {.wait = std::chrono::milliseconds(50)});
  Other other(file);
  other.run("BEGIN IMMEDIATE");
  const Told it = told([&] { app.submit(made::annotation("b", {})); });
  CHECK(it.code == ErrorCode::Unavailable);
  CHECK_THAT(it.line, Catch::Contains("locked by somebody else, for more than 0.05 s"));
  CHECK(app.count(Status::PendingReview) == 1);  // readers are not kept waiting
  other.run("COMMIT");
  app.submit(made::annotation("b", {}));
  CHECK(app.count(Status::PendingReview) == 2);
}

TEST_CASE("A write waits for another process's, as long as it was told to") {
  const TemporaryFolder folder;
  const App app = App::open(folder / "app", {.wait = std::chrono::seconds(20)});
  Other other(folder / "app/app.sqlite");
  other.run("BEGIN IMMEDIATE");
  std::thread writer([&] { app.submit(made::annotation("a", {})); });
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  other.run("COMMIT");
  writer.join();
  CHECK(app.count(Status::PendingReview) == 1);
}

TEST_CASE("A file that is locked whole says so when it is opened") {
  const TemporaryFolder folder;
  const std::string file = filled(folder, 1);
  {
    Other other(file);
    other.run("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; INSERT INTO concepts (name) VALUES ('x'); COMMIT");
    const Told it = told([&] { App::open(folder / "app", {.wait = std::chrono::milliseconds(50)}); });
    CHECK(it.code == ErrorCode::Unavailable);
    CHECK_THAT(it.line, Catch::Contains("locked by somebody else"));
  }
  CHECK(App::open(folder / "app").count(Status::PendingReview) == 1);
}

TEST_CASE("A read-only app says so, and opens again once it may be written") {
  const TemporaryFolder folder;
  const std::string file = filled(folder, 1);
  fs::permissions(folder.path(), fs::perms(0755));
  fs::permissions(file, fs::perms(0444));
  fs::permissions(folder / "app", fs::perms(0555));
  const bool is_root = ::geteuid() == 0;
  if (is_root) REQUIRE(::seteuid(65534) == 0);  // root may write everything
  const Told opened = told([&] { App::open(folder / "app"); });
  const Told made = told([&] { App::open(folder / "app/deeper"); });
  if (is_root) REQUIRE(::seteuid(0) == 0);
  CHECK(opened.code == ErrorCode::Unavailable);
  CHECK_THAT(opened.line, Catch::Contains("it is read-only; give this process the right to write"));
  CHECK(made.code == ErrorCode::Unavailable);
  CHECK_THAT(made.line, Catch::Contains("cannot make the folder: Permission denied"));
  fs::permissions(folder / "app", fs::perms(0755));
  fs::permissions(file, fs::perms(0644));
  CHECK(App::open(folder / "app").count(Status::PendingReview) == 1);
}

TEST_CASE("A file that may not grow says so; what was acknowledged is there, and it goes on once there is room") {
  const TemporaryFolder folder;
  const std::string file = filled(folder);
  const App app = App::open(folder / "app");
  {
    const FileSizeLimit limit(256 * 1024);
    const Told it = told([&] { write_until_it_fails(app); });
    CHECK(it.code == ErrorCode::Unavailable);
    CHECK_THAT(it.line, Catch::Contains("may not grow further"));
  }
  const std::size_t kept = app.count(Status::PendingReview);
  CHECK(kept >= 200);
  app.submit(made::annotation("after", {}));
  CHECK(app.count(Status::PendingReview) == kept + 1);
}

TEST_CASE("A full disk says so; what was acknowledged is there, and it goes on once there is room") {
  const TemporaryFolder folder;
  fs::create_directories(folder / "small");
  if (::mount("tmpfs", (folder / "small").c_str(), "tmpfs", 0, "size=1m") != 0) {
    WARN("skipped: this process may not mount a small tmpfs");
    return;
  }
  std::size_t kept = 0;
  {
    const App app = App::open(folder / "small/app");
    const std::string ballast = folder / "small/ballast";
    std::ofstream(ballast) << std::string(300'000, 'x');
    const Told it = told([&] { write_until_it_fails(app); });
    CHECK(it.code == ErrorCode::Unavailable);
    CHECK_THAT(it.line, Catch::Contains("the disk is full"));
    kept = app.count(Status::PendingReview);
    fs::remove(ballast);
    app.submit(made::annotation("after", {}));
  }
  CHECK(App::open(folder / "small/app").count(Status::PendingReview) == kept + 1);
  ::umount((folder / "small").c_str());
}

TEST_CASE("A file that was cut short or overwritten says so, and its copy opens again") {
  const TemporaryFolder folder;
  const std::string file = filled(folder);
  fs::copy_file(file, folder / "copy");
  const auto size = fs::file_size(file);

  const auto broken = [&](std::string_view wanted) {
    const Told it = told([&] { App::open(folder / "app").annotations({.most = 100'000}); });
    CHECK(it.code == ErrorCode::Unreadable);
    CHECK_THAT(it.line, Catch::Contains(std::string(wanted)));
    fs::copy_file(folder / "copy", file, fs::copy_options::overwrite_existing);
    CHECK(App::open(folder / "app").count(Status::PendingReview) == 200);
  };

  fs::resize_file(file, size / 2);
  broken("it is broken or was cut short; restore it from a copy");
  fs::resize_file(file, 10);
  broken("it is no SQLite file, or its beginning is destroyed");
  std::ofstream(file, std::ios::binary | std::ios::trunc) << std::string(size, 'g');
  broken("it is no SQLite file, or its beginning is destroyed");
  {
    std::fstream part(file, std::ios::binary | std::ios::in | std::ios::out);
    part.seekp(8192);
    part << std::string(size - 8192, '\xa5');
  }
  broken("it is broken or was cut short");
}

TEST_CASE("A log that a killed process left is read; one that was cut short costs what it held last, not the app") {
  const TemporaryFolder folder;
  const std::string file = folder / "app/app.sqlite";
  {
    const App app = App::open(folder / "app");
    app.submit(made::annotation("a", {}));
    app.submit(made::annotation("b", {}));
    fs::copy_file(file, folder / "copy");
    fs::copy_file(file + "-wal", folder / "copy-wal");
  }
  const auto count_with_log_cut_by = [&](std::size_t bytes) {
    fs::copy_file(folder / "copy", file, fs::copy_options::overwrite_existing);
    fs::copy_file(folder / "copy-wal", file + "-wal", fs::copy_options::overwrite_existing);
    fs::resize_file(file + "-wal", fs::file_size(file + "-wal") - bytes);
    return App::open(folder / "app").count(Status::PendingReview);
  };
  CHECK(count_with_log_cut_by(0) == 2);
  CHECK(count_with_log_cut_by(100) == 1);
}

TEST_CASE("A file of a newer version, or of another program, says so and is left alone") {
  const TemporaryFolder folder;
  const std::string file = filled(folder, 1);
  Other(file).run("PRAGMA user_version = 99");
  const Told newer = told([&] { App::open(folder / "app"); });
  CHECK(newer.code == ErrorCode::Unreadable);
  CHECK_THAT(newer.line, Catch::Contains("wanted schema version 1 or less, got 99, of a newer workflow; update the library"));
  Other(file).run("PRAGMA user_version = 1");
  CHECK(App::open(folder / "app").count(Status::PendingReview) == 1);

  fs::create_directories(folder / "theirs");
  Other(folder / "theirs/app.sqlite").run("CREATE TABLE t (x)");
  const Told theirs = told([&] { App::open(folder / "theirs"); });
  CHECK(theirs.code == ErrorCode::Unreadable);
  CHECK_THAT(theirs.line, Catch::Contains("another program's SQLite file"));
}

TEST_CASE("A file in the folder's place says so") {
  const TemporaryFolder folder;
  std::ofstream(folder / "file") << "x";
  CHECK_THAT(told([&] { App::open(folder / "file"); }).line, Catch::Contains("cannot make the folder"));
  fs::create_directories(folder / "odd/app.sqlite");
  CHECK(told([&] { App::open(folder / "odd"); }).code != ErrorCode::Conflict);
}
