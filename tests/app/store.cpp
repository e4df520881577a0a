#include "app/store.h"
#include "workflow/base/error.h"

#include <atomic>
#include <stdexcept>
#include <thread>

#include "catch.h"
#include "temporary_folder.h"
#include "workflow/app/app.h"

using namespace workflow;

namespace {

std::int64_t concepts_in(const Store& store) {
  return store.read([](Database& db) {
    Query query = db.query("SELECT count(*) FROM concepts");
    query.next();
    return query.integer(0);
  });
}

}  // namespace

TEST_CASE("Work that throws leaves nothing behind, and ids that it made are not remembered") {
  const TemporaryFolder folder;
  const App app = App::open(folder.path());
  CHECK_THROWS_AS(app.store().write([](Writing& to) {
    to.concept_id("lost");
    throw std::runtime_error("no");
  }),
                  std::runtime_error);
  CHECK(concepts_in(app.store()) == 0);
  std::int64_t cat = 0;
  app.store().write([&](Writing& to) { cat = to.concept_id("cat"); });
  std::int64_t again = 0;
  app.store().write([&](Writing& to) { again = to.concept_id("lost"); });
  CHECK(cat == 1);
  CHECK(again == 2);
}

TEST_CASE("Of many writes at once, those that fail take nobody else down") {
  const TemporaryFolder folder;
  const App app = App::open(folder.path(), {.synchronous = AppOptions::Synchronous::Normal});
  std::vector<std::thread> threads;
  std::atomic<int> failed = 0;
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 20; ++i) {
        try {
          app.store().write([&](Writing& to) {
            to.concept_id(std::to_string(t) + "/" + std::to_string(i));
            if (i % 4 == 0) throw std::runtime_error("no");
          });
        } catch (const std::runtime_error&) {
          ++failed;
        }
      }
    });
  for (std::thread& it : threads) it.join();
  CHECK(failed == 40);
  CHECK(concepts_in(app.store()) == 120);
}

TEST_CASE("A reader sees one state of the file throughout") {
  const TemporaryFolder folder;
  const App app = App::open(folder.path());
  app.store().read([&](Database& db) {
    const auto count = [&] {
      Query query = db.query("SELECT count(*) FROM concepts");
      query.next();
      return query.integer(0);
    };
    CHECK(count() == 0);
    app.store().write([](Writing& to) { to.concept_id("cat"); });
    CHECK(count() == 0);
  });
  CHECK(concepts_in(app.store()) == 1);
}

TEST_CASE("A reader cannot write") {
  const TemporaryFolder folder;
  const App app = App::open(folder.path());
  CHECK_THROWS_AS(app.store().read([](Database& db) { return db.change("INSERT INTO concepts (name) VALUES ('x')"); }), Error);
}
