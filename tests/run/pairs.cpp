// Operators on two ports of which the second may lack a value, or stands one level below.
#include "catch.h"
#include "run_once.h"
#include "workflow/operators/operators.h"

using namespace workflow;
using made::message_of;

namespace {

const auto spread = [](const int& n) {
  std::vector<int> list;
  for (int i = 0; i < n; ++i) list.push_back(i);
  return list;
};

struct Seen {
  int calls = 0;
};

}  // namespace

TEST_CASE("a pointer to the second port's value is null where an item has none, and the item goes through all the same") {
  Graph graph("g");
  const auto n = graph.input<int>("n");
  const auto even = n.then([](const int& i) { return i % 2 == 0; });
  const auto sum = n.then([](const int& i, const int* other) { return other ? i + *other : -i; }, even).named("sum");
  std::vector<int> sums;
  for (const Result& result : made::run_all(graph, std::vector{1, 2, 3, 4})) sums.push_back(*result[sum].front());
  CHECK(sums == std::vector{-1, 4, -3, 8});
}

TEST_CASE("a pointer to a group is the items below, an empty one where nothing was found, and null where nobody looked") {
  Graph graph("g");
  const auto n = graph.input<int>("n");
  const auto below = n.then([](const int& i) { return i != 2; }).then(spread).then([](const int& i) { return i != 1; });
  const auto counted =
      n.then([](const int&, const Group<int>* group) { return group ? static_cast<int>(group->size()) : -1; }, below)
          .named("count");
  std::vector<int> counts;
  for (const Result& result : made::run_all(graph, std::vector{0, 1, 2, 3, 4})) counts.push_back(*result[counted].front());
  CHECK(counts == std::vector{0, 1, -1, 2, 3});
}

TEST_CASE("an operator on two ports keeps a state, in the order of the inputs, whatever the threads") {
  Graph graph("g");
  const auto n = graph.input<int>("n");
  const auto even = n.then([](const int& i) { return i % 2 == 0; });
  const auto call = n.then([](const int& i, const int*, Seen& seen) { return 1000 * i + seen.calls++; }, even).named("call");
  std::vector<int> inputs(200);
  for (int i = 0; i < 200; ++i) inputs[static_cast<std::size_t>(i)] = i;
  int at = 0;
  for (const Result& result : Executor({.threads = 3, .batch = 7}).run(graph, inputs))
    CHECK(*result[call].front() == 1001 * at++);
  CHECK(at == 200);
}

TEST_CASE("what one item's call throws is that item's error") {
  Graph graph("g");
  const auto n = graph.input<int>("n");
  const auto same = n.then([](const int& i) { return i; });
  n.then([](const int& i, const int*) -> int { return i == 2 ? throw std::runtime_error("two") : i; }, same).named("pair");
  const auto results = made::run_all(graph, std::vector{1, 2, 3});
  CHECK(results[0].ok());
  CHECK(std::string(results[1].error().what()) == "[g/pair] input \"1\": two");
  CHECK(results[2].ok());
}

TEST_CASE("a second port that does not stand one level below is refused when the step is added") {
  Graph graph("g");
  const auto n = graph.input<int>("n");
  const auto group = [](const int&, const Group<int>*) { return 0; };
  CHECK_THAT(message_of([&] { n.then(group, n.then(spread).then(spread).named("deep")); }),
             Catch::Contains("wanted a second port one level below \"n\", got \"deep\""));
  CHECK_THAT(message_of([&] { n.then(group, n); }), Catch::Contains("wanted a second port one level below"));
}

TEST_CASE("a value that the second port may lack is nobody's ancestor") {
  Graph graph("g");
  const auto region = graph.input<Region>("region");
  const auto read = region.then([](const Region&) -> std::optional<Concepts> { return std::nullopt; });
  const auto reused = region.then(Reuse{}, read);
  CHECK_THAT(message_of([&] { reused.then([](const Concepts&, const Embedding&) { return 1; }); }),
             Catch::Contains("wanted a value of type Embedding"));
  Graph pictures("p");
  const auto photo = pictures.input<Image>("photo");
  const auto some = photo.then([](const Image&) { return false; });
  const auto number = photo.then([](const Image&, const Image*) { return 7; }, some);
  const auto width = number.then([](const int&, const Image& image) { return image.width(); }).named("width");
  CHECK(*made::run_once(pictures, made::image(9, 4))[width].front() == 9);
}
