#include "workflow/app/review.h"

#include <cstring>
#include <set>
#include <thread>

#include "app/annotation_rows.h"
#include "app/made_annotations.h"
#include "app/store.h"
#include "catch.h"
#include "run_once.h"
#include "temporary_folder.h"

using namespace workflow;
using made::annotation;
using made::inputs_of;
using made::message_of;
using Names = std::vector<std::string>;

namespace {

App app_in(const TemporaryFolder& folder) {
  return App::open(folder.path(), {.synchronous = AppOptions::Synchronous::Normal});
}

ErrorCode code_of(auto&& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.code();
  }
  FAIL("wanted an Error");
  throw;
}

}  // namespace

TEST_CASE("Each decision moves an annotation, and the log says who, when, from where and to where") {
  const TemporaryFolder folder;
  const App app = app_in(folder);
  for (const char* input : {"a", "b", "c"}) app.submit(annotation(input, {{"cat", 0.6f}}));
  app.review().approve(app.annotation(1), {.by = "ada", .note = "clear"});
  app.review().correct(app.annotation(2), {{"tabby", 1.0f}}, {.by = "ben"});
  app.review().reject(app.annotation(3), {.by = "cyn"});

  CHECK(app.annotation(1).status == Status::Success);
  CHECK(app.annotation(1).concepts == Concepts{{"cat", 0.6f}});
  CHECK(app.annotation(1).reviewed_by == "ada");
  CHECK_FALSE(app.annotation(1).model_concepts);
  CHECK(app.annotation(2).status == Status::Success);
  CHECK(app.annotation(2).concepts == Concepts{{"tabby", 1.0f}});
  CHECK(app.annotation(2).model_concepts == Concepts{{"cat", 0.6f}});
  CHECK(app.annotation(3).status == Status::ReviewDenied);

  const auto moves = app.moves(1);
  REQUIRE(moves.size() == 2);
  CHECK(moves[0] == Move{.at = app.annotation(1).created, .by = "tester", .what = "submit", .to = Status::PendingReview});
  CHECK(moves[1] == Move{.at = app.annotation(1).modified,
                         .by = "ada",
                         .what = "approve",
                         .from = Status::PendingReview,
                         .to = Status::Success,
                         .note = "clear"});
  CHECK(app.moves(2)[1].what == "correct");
  CHECK(app.moves(3)[1].to == Status::ReviewDenied);
  CHECK(app.review().next(9).empty());
}

TEST_CASE("A second correction keeps what the model said") {
  const TemporaryFolder folder;
  const App app = app_in(folder);
  app.submit(annotation("a", {{"cat", 0.6f}}));
  app.review().correct(app.annotation(1), {{"dog", 1.0f}}, {.by = "ada"});
  app.review().correct(app.annotation(1), {{"fox", 1.0f}, {"red", 0.5f}}, {.by = "ben"});
  CHECK(app.annotation(1).concepts == Concepts{{"fox", 1.0f}, {"red", 0.5f}});
  CHECK(app.annotation(1).model_concepts == Concepts{{"cat", 0.6f}});
  app.review().correct(app.annotation(1), {}, {.by = "cyn"});
  CHECK(app.annotation(1).concepts.empty());
  CHECK(app.annotation(1).revision == 3);
}

TEST_CASE("A decision on an annotation that changed meanwhile is refused and changes nothing") {
  const TemporaryFolder folder;
  const App app = app_in(folder);
  app.submit(annotation("a", {{"cat", 0.6f}}));
  const Annotation seen = app.annotation(1);
  app.review().approve(seen, {.by = "ada"});
  const auto late = [&] { app.review().correct(seen, {{"dog", 1.0f}}, {.by = "ben"}); };
  CHECK(code_of(late) == ErrorCode::Conflict);
  CHECK(message_of(late) ==
        "[review] annotation 1 changed meanwhile: it is success by \"ada\", revision 1, not 0; look at it again, then decide");
  CHECK(app.annotation(1).concepts == Concepts{{"cat", 0.6f}});
  CHECK(app.moves(1).size() == 2);
  CHECK(app.review().agreement().empty());
}

TEST_CASE("Decisions that nobody makes, of odd scores or on what is not there are refused") {
  const TemporaryFolder folder;
  const App app = app_in(folder);
  app.submit(annotation("a", {{"cat", 0.6f}}));
  const Annotation it = app.annotation(1);
  CHECK(message_of([&] { app.review().approve(it, {}); }) == "[review] by: wanted who decides, got nobody");
  CHECK(code_of([&] { app.review().correct(it, {{"dog", made::nan}}, {.by = "ada"}); }) == ErrorCode::InvalidValue);
  CHECK(code_of([&] { app.review().reject({.id = 7}, {.by = "ada"}); }) == ErrorCode::NotFound);
  CHECK(app.annotation(1) == it);
}

TEST_CASE("What was rejected comes back into the queue if asked, without concepts") {
  const TemporaryFolder folder;
  const App app = app_in(folder);
  Annotation face = annotation("a", {{"cat", 0.6f}});
  face.region = Box{0.25f, 0.25f, 0.5f, 0.5f};
  face.path = {1};
  app.submit(face);
  app.review().reject(app.review().next(1)[0], {.by = "ada", .again = true});
  const auto next = app.review().next(5);
  REQUIRE(next.size() == 1);
  CHECK(next[0].id == 2);
  CHECK(next[0].region == face.region);
  CHECK(next[0].path == face.path);
  CHECK(next[0].concepts.empty());
  CHECK(next[0].status == Status::AwaitingReview);
  app.review().correct(next[0], {{"dog", 1.0f}}, {.by = "ben"});
  CHECK(app.annotation(2).concepts == Concepts{{"dog", 1.0f}});
}

TEST_CASE("The most uncertain come first: those nearest to an edge, those whose best two are near, the oldest") {
  const TemporaryFolder folder;
  const App app = app_in(folder);
  app.submit(annotation("sure", {{"cat", 0.9f}, {"dog", 0.05f}}));
  app.submit(annotation("doubtful", {{"cat", 0.52f}, {"dog", 0.2f}}));
  app.submit(annotation("torn", {{"cat", 0.4f}, {"dog", 0.39f}}));
  app.submit(annotation("accepted", {{"cat", 0.5f}}, Status::Success));
  const auto order = [&](Strategy strategy) {
    const auto all = app.review().next(10, {.strategy = strategy, .by = "ada"});
    for (const Annotation& it : all) app.review().release(it, {.by = "ada"});
    return inputs_of(all);
  };
  CHECK(order(Strategy::Uncertain) == Names{"doubtful", "torn", "sure"});
  CHECK(order(Strategy::Margin) == Names{"torn", "doubtful", "sure"});
  CHECK(order(Strategy::Oldest) == Names{"sure", "doubtful", "torn"});
}

TEST_CASE("Random shuffles the same way with one seed, and another way with another") {
  const TemporaryFolder folder;
  const App app = app_in(folder);
  for (int i = 0; i < 30; ++i) app.submit(annotation(std::to_string(i), {{"cat", 0.5f}}));
  const auto order = [&](std::int64_t seed) {
    const auto some = app.review().next(10, {.strategy = Strategy::Random, .seed = seed});
    for (const Annotation& it : some) app.review().release(it);
    return inputs_of(some);
  };
  CHECK(order(1).size() == 10);
  CHECK(order(1) == order(1));
  CHECK(order(1) != order(2));
}

TEST_CASE("Diverse gives what is far apart, by stored embeddings; what has none comes last") {
  const TemporaryFolder folder;
  const App app = app_in(folder);
  // Two heaps and one thing between, the first heap the most uncertain.
  const std::vector<std::pair<std::string, std::vector<float>>> placed = {
      {"heap-a1", {1, 0}}, {"heap-a2", {0.99f, 0.01f}}, {"heap-b1", {0, 1}}, {"heap-b2", {0.01f, 0.99f}}, {"between", {0.7f, 0.7f}}};
  float score = 0.5f;
  app.submit(annotation("nowhere", {{"cat", score}}));
  for (const auto& each : placed) {
    app.submit(annotation(each.first, {{"cat", score += 0.01f}}));
    app.store().write([&](Writing& to) {
      to.db.change("INSERT INTO vectors (input, annotation, model, vector) VALUES (?, 0, 'embedder@1', ?)", to.input(each.first),
                   std::as_bytes(std::span(each.second)));
    });
  }
  CHECK(inputs_of(app.review().next(3, {.strategy = Strategy::Diverse, .by = "ada"})) == Names{"heap-a1", "heap-b1", "between"});
  CHECK(inputs_of(app.review().next(9, {.strategy = Strategy::Diverse, .by = "ada"})) == Names{"heap-a2", "heap-b2", "nowhere"});
}

TEST_CASE("Nobody is given what another has, until it is released or the lease is over") {
  const TemporaryFolder folder;
  const App app = app_in(folder);
  for (int i = 0; i < 4; ++i) app.submit(annotation(std::to_string(i), {{"cat", 0.5f}}));
  const auto hers = app.review().next(2, {.by = "ada"});
  const auto his = app.review().next(9, {.by = "ben"});
  CHECK(inputs_of(hers) == Names{"0", "1"});
  CHECK(inputs_of(his) == Names{"2", "3"});
  CHECK(app.review().next(9, {.by = "ada"}).empty());
  app.review().release(hers[0], {.by = "ada"});
  CHECK(inputs_of(app.review().next(9, {.by = "ben"})) == Names{"0"});
  // Time passes.
  app.store().write([](Writing& to) { to.db.change("UPDATE leases SET until = 0"); });
  CHECK(app.review().next(9, {.by = "cyn"}).size() == 4);
}

TEST_CASE("Of many who ask at once, no two are given the same") {
  const TemporaryFolder folder;
  const App app = app_in(folder);
  for (int i = 0; i < 60; ++i) app.submit(annotation(std::to_string(i), {{"cat", 0.5f}}));
  std::vector<std::vector<Annotation>> given(4);
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < given.size(); ++t)
    threads.emplace_back([&, t] {
      while (true) {
        const auto more = app.review().next(4, {.by = "reviewer-" + std::to_string(t)});
        if (more.empty()) return;
        given[t].insert(given[t].end(), more.begin(), more.end());
      }
    });
  for (std::thread& it : threads) it.join();
  std::set<std::int64_t> ids;
  std::size_t count = 0;
  for (const auto& each : given)
    for (const Annotation& it : each) {
      ids.insert(it.id);
      ++count;
    }
  CHECK(count == 60);
  CHECK(ids.size() == 60);
}

TEST_CASE("The queue can be asked for one task alone") {
  const TemporaryFolder folder;
  const App app = app_in(folder);
  app.submit(annotation("a", {{"cat", 0.5f}}));
  Annotation other = annotation("b", {{"cat", 0.5f}});
  other.task = "pets";
  app.submit(other);
  CHECK(inputs_of(app.review().next(5, {.task = "pets"})) == Names{"b"});
}

TEST_CASE("With a consensus of two, an annotation moves once two persons think alike") {
  const TemporaryFolder folder;
  const App app = app_in(folder);
  app.submit(annotation("a", {{"cat", 0.5f}}));
  const Review review = app.review({.consensus = 2});
  CHECK(message_of([&] { review.next(1); }) == "[review] by: wanted who asks, as several persons are to decide, got nobody");

  const auto hers = review.next(1, {.by = "ada"});
  const auto his = review.next(1, {.by = "ben"});
  REQUIRE(hers.size() == 1);
  REQUIRE(his.size() == 1);  // both have it at once
  CHECK(review.next(1, {.by = "cyn"}).empty());

  review.approve(hers[0], {.by = "ada"});
  CHECK(app.annotation(1).status == Status::AwaitingConsensus);
  CHECK(review.next(1, {.by = "ada"}).empty());  // she has decided
  review.correct(his[0], {{"dog", 1.0f}}, {.by = "ben"});
  CHECK(app.annotation(1).status == Status::AwaitingConsensus);

  const auto cyns = review.next(1, {.by = "cyn"});
  REQUIRE(cyns.size() == 1);
  review.correct(cyns[0], {{"dog", 0.9f}}, {.by = "cyn"});
  CHECK(app.annotation(1).status == Status::Success);
  CHECK(app.annotation(1).concepts == Concepts{{"dog", 0.9f}});
  CHECK(app.annotation(1).model_concepts == Concepts{{"cat", 0.5f}});
  Names what;
  for (const Move& move : app.moves(1)) what.push_back(move.what);
  CHECK(what == Names{"submit", "vote", "vote", "correct"});
  CHECK(code_of([&] { review.approve(hers[0], {.by = "ada"}); }) == ErrorCode::Conflict);
}

TEST_CASE("Who changes their mind before a consensus has one vote") {
  const TemporaryFolder folder;
  const App app = app_in(folder);
  app.submit(annotation("a", {{"cat", 0.5f}}));
  const Review review = app.review({.consensus = 2});
  const Annotation it = app.annotation(1);
  review.approve(it, {.by = "ada"});
  review.approve(it, {.by = "ada"});
  CHECK(app.annotation(1).status == Status::AwaitingConsensus);
  review.reject(it, {.by = "ada"});
  review.reject(it, {.by = "ben"});
  CHECK(app.annotation(1).status == Status::ReviewDenied);
}

TEST_CASE("Agreement counts how often two persons decided alike") {
  const TemporaryFolder folder;
  const App app = app_in(folder);
  const Review review = app.review({.consensus = 3});
  for (int i = 0; i < 4; ++i) app.submit(annotation(std::to_string(i), {{"cat", 0.5f}}));
  for (int i = 1; i <= 4; ++i) {
    review.approve(app.annotation(i), {.by = "ada"});
    if (i == 1) review.reject(app.annotation(i), {.by = "ben"});
    if (i > 1) review.approve(app.annotation(i), {.by = "ben"});
  }
  review.correct(app.annotation(4), {{"dog", 1.0f}}, {.by = "cyn"});
  const auto all = review.agreement();
  REQUIRE(all.size() == 3);
  CHECK(all[0].first == "ada");
  CHECK(all[0].second == "ben");
  CHECK(all[0].both == 4);
  CHECK(all[0].alike == 3);
  CHECK(all[0].rate() == 0.75);
  CHECK(all[1].second == "cyn");
  CHECK(all[1].rate() == 0);
}

namespace {

// Accepted annotations of a model, as Annotate writes them.
void accept(const App& app, int count) {
  app.store().write([&](Writing& to) {
    for (int i = 0; i < count; ++i) {
      AnnotationRecord record{.annotation = annotation("photo-" + std::to_string(i), {{"cat", 0.9f}}, Status::Success)};
      record.annotation.graph = "g";
      submit_annotation(to, record, {});
    }
  });
}

}  // namespace

TEST_CASE("An audit puts a known share of the accepted up for review, though they stay accepted") {
  const TemporaryFolder folder;
  const App app = app_in(folder);
  accept(app, 1000);
  app.submit(annotation("a person's own", {{"cat", 1.0f}}, Status::Success));
  const std::size_t chosen = app.review().audit(0.1, 7);
  CHECK(chosen > 60);
  CHECK(chosen < 140);
  CHECK(app.count(Status::Success) == 1001);
  CHECK(app.review().audit(0.1, 7) == 0);  // the same ones
  CHECK(app.review().audit(0.0, 7) == 0);
  CHECK(app.review().quality().open == chosen);
  CHECK(app.review().next(1000).size() == chosen);
  CHECK(app.review().audit(1.0, 7) == 1000 - chosen);
  for (const double odd : {1.5, -0.1, std::nan("")})
    CHECK_THAT(message_of([&] { app.review().audit(odd, 7); }), Catch::Contains("[review] fraction: wanted 0..1, got"));
}

TEST_CASE("Quality is the audited share that was right, with Wilson's interval") {
  const TemporaryFolder folder;
  const App app = app_in(folder);
  CHECK(app.review().quality().low == 0);
  CHECK(app.review().quality().high == 1);
  accept(app, 10);
  app.review().audit(1.0, 0);
  const auto items = app.review().next(10);
  REQUIRE(items.size() == 10);
  for (std::size_t i = 0; i < 8; ++i) app.review().approve(items[i], {.by = "ada"});
  app.review().correct(items[8], {{"dog", 1.0f}}, {.by = "ada"});
  app.review().reject(items[9], {.by = "ada"});
  const Quality quality = app.review().quality();
  CHECK(quality.open == 0);
  CHECK(quality.decided == 10);
  CHECK(quality.right == 8);
  CHECK(quality.precision == 0.8);
  // scipy.stats.binomtest(8, 10).proportion_ci(method="wilson")
  CHECK(quality.low == Approx(0.4901625).margin(1e-6));
  CHECK(quality.high == Approx(0.9433178).margin(1e-6));
  CHECK(app.count(Status::Success) == 9);
}

TEST_CASE("Review's own settings are checked") {
  const TemporaryFolder folder;
  const App app = app_in(folder);
  CHECK(message_of([&] { app.review({.consensus = 0}); }) == "[review] consensus: wanted 1..100, got 0");
  CHECK(message_of([&] { app.review().next(1, {.lease = std::chrono::seconds(0)}); }) == "[review] lease: wanted 1..604,800 s, got 0");
  CHECK(app.review().next(0).empty());
}
