#include "workflow/operators/count.h"

#include "catch.h"
#include "run_once.h"

using namespace workflow;
using made::region;

namespace {

template <class T>
Concepts counted(const std::vector<T>& items, const Count& count = {}) {
  return count(Group<T>(std::span(items)));
}

}  // namespace

TEST_CASE("regions are counted by their top concept, and all together") {
  CHECK(counted<Region>({region({}, 0.9f, "dog"), region({}, 0.8f, "person"), region({}, 0.2f, "dog"), Region{}}) ==
        Concepts{{"total", 4}, {"dog", 2}, {"person", 1}});
}

TEST_CASE("concepts are counted by the top one of each item, values without names only together") {
  CHECK(counted<Concepts>({{{"happy", 0.6f}, {"sad", 0.4f}}, {{"sad", 0.9f}}, {}}) == Concepts{{"total", 3}, {"happy", 1}, {"sad", 1}});
  CHECK(counted<Text>({{"a"}, {"b"}}) == Concepts{{"total", 2}});
}

TEST_CASE("a parent without items has a total of 0") { CHECK(counted<Region>({}) == Concepts{{"total", 0}}); }

TEST_CASE("the total has the name that it is given, and none leaves it out") {
  CHECK(counted<Region>({region({})}, {.total = "all"}) == Concepts{{"all", 1}, {"thing", 1}});
  CHECK(counted<Region>({region({})}, {.total = ""}) == Concepts{{"thing", 1}});
  CHECK(counted<Region>({}, {.total = ""}).empty());
}

TEST_CASE("each photo has its own count, that of none included; a photo that could not be looked at has none") {
  Graph graph("g");
  const auto photo = graph.input<Image>("photo");
  const auto count = photo
                         .then([](const Image& image) {
                           if (image.height() == 2) throw Error(ErrorCode::Failed, "find", "too low");
                           return std::vector<Region>(static_cast<std::size_t>(image.width() - 1), region({}));
                         })
                         .then(Count{});
  const auto results = made::run_all(graph, std::vector{made::image(1, 1), made::image(4, 1), made::image(4, 2), made::image(2, 1)});
  CHECK(*results[0][count].front() == Concepts{{"total", 0}});
  CHECK(*results[1][count].front() == Concepts{{"total", 3}, {"thing", 3}});
  CHECK_FALSE(results[2].ok());
  CHECK(results[2][count].empty());
  CHECK(*results[3][count].front() == Concepts{{"total", 1}, {"thing", 1}});
}
