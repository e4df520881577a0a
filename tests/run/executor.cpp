#include "workflow/run/executor.h"

#include <fmt/format.h>

#include <atomic>
#include <cmath>
#include <set>
#include <thread>

#include "catch.h"
#include "made.h"
#include "workflow/operators/operators.h"

using namespace workflow;

namespace {

// Numbers make the structure plain: n is split into 0..n-1.
using Numbers = std::vector<int>;
const auto split = [](const int& n) {
  std::vector<int> parts;
  for (int i = 0; i < n; ++i) parts.push_back(i);
  return parts;
};
const auto sum = [](Group<int> group) {
  long total = 0;
  for (const int i : group) total += i;
  return total;
};

template <class T>
std::vector<T> values(const Result& result, const Port<T>& port) {
  std::vector<T> all;
  for (const auto& item : result[port]) all.push_back(*item);
  return all;
}

Numbers up_to(int n) {
  Numbers numbers;
  for (int i = 0; i < n; ++i) numbers.push_back(i);
  return numbers;
}

}  // namespace

TEST_CASE("Results come in the order of the inputs, whatever the threads and the batch") {
  Graph graph("g");
  const auto n = graph.input<int>("n");
  const auto doubled = n.then([](const int& i) {
    if (i % 7 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return 2 * i;
  });
  for (const int threads : {1, 2, 4})
    for (const int batch : {0, 1, 3, 64}) {
      const Executor executor({.threads = threads, .batch = batch});
      int expected = 0;
      for (const Result& result : executor.run(graph, up_to(100))) {
        REQUIRE(result.number() == static_cast<std::uint64_t>(expected));
        REQUIRE(result.id() == std::to_string(expected));
        REQUIRE(*result[doubled].front() == 2 * expected);
        ++expected;
      }
      REQUIRE(expected == 100);
    }
}

TEST_CASE("A list for each item opens a level, and a group closes it again") {
  Graph graph("g");
  const auto n = graph.input<int>("n");
  const auto parts = n.then(split);
  const auto odd = parts.then([](const int& i) { return i % 2 == 1; });
  const auto odd_sum = odd.then(sum);
  const Executor executor({.threads = 1});
  Numbers seen;
  for (const Result& result : executor.run(graph, Numbers{4, 0, 1, 6})) {
    seen.push_back(static_cast<int>(*result[odd_sum].front()));
    CHECK(result[parts].size() == static_cast<std::size_t>(std::stoi(std::to_string(*result[n].front()))));
  }
  // An input without parts still has its sum, of nothing.
  CHECK(seen == Numbers{1 + 3, 0, 0, 1 + 3 + 5});
}

TEST_CASE("A group over two levels takes the items of all children, the childless parents included") {
  Graph graph("g");
  const auto n = graph.input<int>("n");
  const auto grandchildren = n.then(split).then(split);
  const auto total = grandchildren.then([](Group<int, 2> group) { return static_cast<int>(group.size()); });
  const Executor executor({.threads = 1});
  Numbers seen;
  for (const Result& result : executor.run(graph, Numbers{4, 0, 1, 3})) seen.push_back(*result[total].front());
  CHECK(seen == Numbers{0 + 1 + 2 + 3, 0, 0, 0 + 1 + 2});
}

TEST_CASE("A group that gives a list puts it on a level of its own, under the same parent") {
  Graph graph("g");
  const auto n = graph.input<int>("n");
  const auto reversed = n.then(split).then([](Group<int> group) { return std::vector<int>(group.span().rbegin(), group.span().rend()); });
  const auto with_parent = reversed.then([](const int& i, const int& parent) { return i * 100 + parent; });
  const Executor executor({.threads = 1});
  std::vector<Numbers> seen;
  for (const Result& result : executor.run(graph, Numbers{3, 0, 2})) seen.push_back(values(result, with_parent));
  CHECK(seen == std::vector<Numbers>{{203, 103, 3}, {}, {102, 2}});
}

TEST_CASE("A batch operator sees the items of all inputs of a window at once") {
  std::vector<std::size_t> sizes;
  Graph graph("g");
  const auto n = graph.input<int>("n");
  const auto squares = n.then(split).then([&](Batch<int> batch) {
    sizes.push_back(batch.size());
    std::vector<int> out;
    for (const int i : batch) out.push_back(i * i);
    return out;
  });
  const Executor executor({.threads = 1, .batch = 4});
  std::vector<Numbers> seen;
  for (const Result& result : executor.run(graph, Numbers{3, 0, 2, 5, 1})) seen.push_back(values(result, squares));
  CHECK(sizes == std::vector<std::size_t>{10, 1});
  CHECK(seen == std::vector<Numbers>{{0, 1, 4}, {}, {0, 1}, {0, 1, 4, 9, 16}, {0}});
}

TEST_CASE("A short list is spread over the threads, a long one goes through in windows of eight") {
  std::atomic<std::size_t> largest{0};
  Graph graph("g");
  graph.input<int>("n").then([&](Batch<int> batch) {
    largest = std::max<std::size_t>(largest, batch.size());
    return std::vector<int>(batch.size());
  });
  const auto largest_batch = [&](int threads, int inputs) {
    largest = 0;
    Executor({.threads = threads}).run(graph, up_to(inputs)).finish();
    return largest.load();
  };
  CHECK(largest_batch(1, 5) == 5);
  CHECK(largest_batch(2, 5) == 3);
  CHECK(largest_batch(2, 1) == 1);
  CHECK(largest_batch(2, 100) == 8);
}

TEST_CASE("No item at all costs the steps below nothing: they are not called") {
  int calls = 0;
  Graph graph("g");
  const auto parts = graph.input<int>("n").then(split);
  const auto out = parts.then([&](Batch<int> batch) {
    ++calls;
    return std::vector<int>(batch.begin(), batch.end());
  });
  int results = 0;
  for (const Result& result : Executor({.threads = 1}).run(graph, Numbers{0, 0, 0})) {
    CHECK(result.ok());
    CHECK(result[out].empty());
    ++results;
  }
  CHECK(results == 3);
  CHECK(calls == 0);
}

TEST_CASE("A source without inputs gives a run without results") {
  Graph graph("g");
  graph.input<int>("n").then(split);
  auto run = Executor().run(graph, Numbers{});
  CHECK(!run.next());
  CHECK(!run.next());
  CHECK(run.stats().inputs == 0);
}

TEST_CASE("A failing item takes down neither its siblings nor its batch") {
  Graph graph("fragile");
  const auto n = graph.input<int>("n");
  const auto parts = n.then(split);
  const auto picky = [](Batch<int> batch) {
    std::vector<int> out;
    for (const int i : batch) {
      if (i == 3) throw std::runtime_error("three is not for me");
      out.push_back(i * 10);
    }
    return out;
  };
  const auto out = parts.then(picky).named("picky");
  const auto total = out.then(sum);
  const Executor executor({.threads = 1});
  std::vector<Numbers> seen;
  std::vector<std::string> errors;
  for (const Result& result : executor.run(graph, Numbers{2, 5, 3})) {
    seen.push_back(values(result, out));
    for (const Error& error : result.errors()) errors.push_back(error.what());
    CHECK(result.ok() == result.errors().empty());
    CHECK(result[total].size() == 1);
  }
  CHECK(seen == std::vector<Numbers>{{0, 10}, {0, 10, 20, 40}, {0, 10, 20}});
  CHECK(errors == std::vector<std::string>{"[fragile/picky] input \"1\": three is not for me"});
}

TEST_CASE("An operator that throws nothing known, or gives too few results, becomes the error of its input") {
  Graph graph("g");
  const auto n = graph.input<int>("n");
  n.then([](const int& i) -> int { return i == 1 ? throw 42 : i; }).named("odd");
  n.then([](Batch<int>) { return std::vector<int>{}; }).named("short");
  int failures = 0;
  for (const Result& result : Executor({.threads = 1}).run(graph, Numbers{0, 1})) failures += static_cast<int>(result.errors().size());
  CHECK(failures == 3);
}

TEST_CASE("An item knows where it came from and its path") {
  Graph graph("g");
  const auto n = graph.input<int>("n");
  const auto pairs = n.then(split).then([](const int& i) { return std::vector<std::string>{fmt::format("{}a", i), fmt::format("{}b", i)}; });
  for (const Result& result : Executor({.threads = 1}).run(graph, Numbers{0, 3})) {
    if (result.number() == 0) continue;
    const auto items = result[pairs];
    REQUIRE(items.size() == 6);
    CHECK(*items[5] == "2b");
    CHECK(items[5].path() == std::vector<std::uint32_t>{2, 1});
    CHECK(items[5].from<int>() == 2);
    CHECK_THROWS_WITH(items[5].from<Image>(), Catch::Contains("come from no Image"));
  }
}

TEST_CASE("Two ports of the same item meet; an item that one of them dropped is passed over") {
  Graph graph("g");
  const auto n = graph.input<int>("n");
  const auto even = n.then([](const int& i) { return i % 2 == 0; });
  const auto squares = n.then([](const int& i) { return i * i; });
  const auto both = squares.then([](const int& a, const int& b) { return a * 1000 + b; }, even);
  std::vector<Numbers> seen;
  for (const Result& result : Executor({.threads = 1}).run(graph, Numbers{4, 5, 6})) seen.push_back(values(result, both));
  CHECK(seen == std::vector<Numbers>{{16004}, {}, {36006}});
}

TEST_CASE("A state is kept by the run, starts anew with the next one, and takes the inputs in their order") {
  Graph graph("g");
  const auto running = graph.input<int>("n").then([](const int& i, long& total) { return total += i; });
  const Executor executor({.threads = 4, .batch = 2});
  for (int repeat = 0; repeat < 3; ++repeat) {
    long expected = 0;
    for (const Result& result : executor.run(graph, up_to(200))) {
      expected += static_cast<long>(result.number());
      REQUIRE(*result[running].front() == expected);
    }
  }
}

TEST_CASE("Several inputs are read in step, and sources of different lengths are an error at the end") {
  Graph graph("g");
  const auto a = graph.input<int>("a");
  const auto b = graph.input<std::string>("b");
  const auto both = a.then([](const int& i, const std::string& text) { return text + std::to_string(i); }, b);
  const Executor executor({.threads = 2});
  std::vector<std::string> seen;
  for (const Result& result : executor.run(graph, {workflow::bind(a, Numbers{1, 2}), workflow::bind(b, std::vector<std::string>{"x", "y"})}))
    seen.push_back(*result[both].front());
  CHECK(seen == std::vector<std::string>{"x1", "y2"});

  auto run = executor.run(graph, {workflow::bind(a, Numbers{1, 2, 3}), workflow::bind(b, std::vector<std::string>{"x"})});
  CHECK(run.next());
  CHECK_THROWS_WITH(run.next(), Catch::Contains("that of \"b\" ended after 1 inputs"));
  CHECK(!run.next());

  CHECK_THROWS_WITH(executor.run(graph, Numbers{1}), Catch::Contains("wanted a source for each of 2 inputs"));
  CHECK_THROWS_WITH(executor.run(graph, {workflow::bind(a, Numbers{1})}), Catch::Contains("the input \"b\" has no source"));
  CHECK_THROWS_WITH(executor.run(graph, {workflow::bind(a, Numbers{1}), workflow::bind(a, Numbers{1})}), Catch::Contains("two sources"));
}

TEST_CASE("A generator's inputs go through one by one, and what it throws comes after the results before it") {
  Graph graph("g");
  const auto n = graph.input<int>("n");
  n.then(split);
  int given = 0;
  int most_ahead = 0;
  int taken = 0;
  auto run = Executor({.threads = 2}).run(graph, [&]() -> std::optional<int> {
    if (given == 5) throw std::runtime_error("the camera is gone");
    most_ahead = std::max(most_ahead, given - taken);
    return given++;
  });
  for (int i = 0; i < 5; ++i, ++taken) REQUIRE(*(*run.next())[n].front() == i);
  CHECK_THROWS_WITH(run.next(), "the camera is gone");
  CHECK(!run.next());
  CHECK(most_ahead == 0);
}

TEST_CASE("What is in flight is bounded, however slow the host reads") {
  std::atomic<int> alive{0};
  std::atomic<int> most{0};
  struct Counted {
    std::atomic<int>* alive;
    std::atomic<int>* most;
    explicit Counted(std::atomic<int>* a, std::atomic<int>* m) : alive(a), most(m) {
      const int now = ++*alive;
      for (int seen = *most; now > seen && !most->compare_exchange_weak(seen, now);) {
      }
    }
    ~Counted() { --*alive; }
    Counted(const Counted&) = delete;
    Counted& operator=(const Counted&) = delete;
  };
  Graph graph("g");
  graph.input<int>("n").then([&](const int&) { return std::make_shared<Counted>(&alive, &most); });
  {
    auto run = Executor({.threads = 2, .batch = 4}).run(graph, up_to(400));
    while (run.next()) std::this_thread::sleep_for(std::chrono::microseconds(50));
  }
  CHECK(alive == 0);
  CHECK(most <= (2 + 2) * 4);
}

TEST_CASE("A run that is dropped half way stops, and lets go of everything") {
  std::atomic<int> calls{0};
  Graph graph("g");
  graph.input<int>("n").then([&](const int& i) { return ++calls, i; });
  { auto run = Executor({.threads = 4}).run(graph, up_to(100'000)); run.next(); }
  const int after = calls;
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  CHECK(calls == after);
  CHECK(after < 1000);
}

TEST_CASE("A result outlives its run and its executor") {
  Graph graph("g");
  const auto n = graph.input<int>("n");
  n.then(split);
  std::vector<Result> kept;
  for (const Result& result : Executor().run(graph, up_to(30))) kept.push_back(result);
  for (int i = 0; i < 30; ++i) CHECK(*kept[static_cast<std::size_t>(i)][n].front() == i);
}

TEST_CASE("One executor runs several graphs from two threads at once") {
  const Executor executor({.threads = 2});
  const auto work = [&](int factor) {
    Graph graph("g");
    const auto out = graph.input<int>("n").then([factor](const int& i) { return i * factor; });
    long total = 0;
    for (const Result& result : executor.run(graph, up_to(500))) total += *result[out].front();
    return total;
  };
  long a = 0;
  long b = 0;
  std::thread first([&] { a = work(2); });
  std::thread second([&] { b = work(3); });
  first.join();
  second.join();
  CHECK(a == 2L * 499 * 500 / 2);
  CHECK(b == 3L * 499 * 500 / 2);
}

TEST_CASE("A graph may grow while it runs: the run keeps to the drawing it began with") {
  Graph graph("g");
  const auto n = graph.input<int>("n");
  auto run = Executor({.threads = 1}).run(graph, up_to(3));
  const auto late = n.then([](const int& i) { return i + 1; });
  const auto result = run.next();
  REQUIRE(result);
  CHECK_THROWS_WITH((*result)[late], Catch::Contains("was added after the run had begun"));
  Graph other("other");
  const auto elsewhere = other.input<int>("n");
  CHECK_THROWS_WITH((*result)[elsewhere], Catch::Contains("wanted a port of this graph"));
}

TEST_CASE("Wrong sources and settings are refused before anything runs") {
  Graph graph("g");
  graph.input<int>("n").then(split);
  CHECK_THROWS_WITH(Executor().run(graph, std::vector<float>{1}), Catch::Contains("wanted a source of int for the input \"n\", got one of float"));
  CHECK_THROWS_WITH(Executor({.threads = -1}), Catch::Contains("threads: wanted 0..1024, got -1"));
  CHECK_THROWS_WITH(Executor({.batch = 100'000}), Catch::Contains("batch: wanted 0..4096"));
  CHECK_THROWS_WITH(Executor().run(Graph("empty"), Numbers{1}), Catch::Contains("wanted a graph with an input"));
}

TEST_CASE("The run's figures count items, failures and batches by step") {
  Graph graph("g");
  const auto parts = graph.input<int>("n").then(split).named("parts");
  parts.then([](const int& i) { return i > 0; }).named("kept");
  parts.then([](const int& i) -> int { return i == 2 ? throw std::runtime_error("two") : i; }).named("picky");
  auto run = Executor({.threads = 1, .batch = 2}).run(graph, Numbers{3, 1, 2});
  run.finish();
  const RunStats stats = run.stats();
  CHECK(stats.inputs == 3);
  CHECK(stats.failed_inputs == 1);
  REQUIRE(stats.steps.size() == 4);
  CHECK(stats.steps[1].step == "parts");
  CHECK(stats.steps[1].batches == 2);
  CHECK(stats.steps[1].items_in == 3);
  CHECK(stats.steps[1].items_out == 6);
  CHECK(stats.steps[2].items_out == 3);
  CHECK(stats.steps[3].failures == 1);
  CHECK_THAT(fmt::format("{}", stats), Catch::Contains("3 inputs in") && Catch::Contains("picky"));
}

TEST_CASE("Bands take every concept exactly once") {
  Graph graph("g");
  const auto scores = graph.input<Concepts>("scores");
  const auto bands = scores.split(Bands{.accept = 0.8f, .review = 0.3f});
  const Concepts all{{"a", 1.0f}, {"b", 0.8f}, {"c", 0.79f}, {"d", 0.3f}, {"e", 0.29f}, {"f", 0.0f}};
  for (const Result& result : Executor({.threads = 1}).run(graph, std::vector{all, Concepts{}})) {
    if (result.number() == 1) {
      CHECK((result[bands.accept].empty() && result[bands.review].empty() && result[bands.rest].empty()));
      continue;
    }
    CHECK(*result[bands.accept].front() == Concepts{{"a", 1.0f}, {"b", 0.8f}});
    CHECK(*result[bands.review].front() == Concepts{{"c", 0.79f}, {"d", 0.3f}});
    CHECK(*result[bands.rest].front() == Concepts{{"e", 0.29f}, {"f", 0.0f}});
  }
  CHECK_THROWS_WITH(scores.split(Bands{.accept = 0.3f, .review = 0.8f}), Catch::Contains("review: wanted below accept (0.3), got 0.8"));
}
