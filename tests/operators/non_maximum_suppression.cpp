#include "workflow/operators/non_maximum_suppression.h"

#include "catch.h"
#include "run_once.h"

using namespace workflow;
using made::message_of;
using made::region;

namespace {

std::vector<Region> left_after(const NonMaximumSuppression& suppression, const std::vector<Region>& regions) {
  return suppression(Group<Region>(std::span(regions)));
}

const Box here{0, 0, 0.4f, 0.4f};
const Box near{0.05f, 0, 0.45f, 0.4f};  // overlaps `here` by 7/9
const Box far{0.6f, 0.6f, 0.9f, 0.9f};

}  // namespace

TEST_CASE("of regions that cover each other the best stays, and the others come best first") {
  const auto kept = left_after({}, {region(far, 0.3f), region(here, 0.7f), region(near, 0.9f)});
  CHECK(kept == std::vector{region(near, 0.9f), region(far, 0.3f)});
}

TEST_CASE("boxes that overlap by exactly the limit both stay") {
  const Box half{0, 0, 0.5f, 1};
  const Box whole{0, 0, 1, 1};
  CHECK(left_after({.iou = 0.5f}, {region(half), region(whole)}).size() == 2);
  CHECK(left_after({.iou = 0.49f}, {region(half), region(whole)}).size() == 1);
  CHECK(left_after({.iou = 1}, {region(half), region(half)}).size() == 2);
  CHECK(left_after({.iou = 0}, {region(half), region({0.5f, 0, 1, 1})}).size() == 2);
}

TEST_CASE("other concepts suppress each other only where the concept does not count") {
  const std::vector regions{region(here, 0.9f, "dog"), region(near, 0.8f, "cat"), region(near, 0.7f, "dog")};
  CHECK(left_after({}, regions) == std::vector{regions[0], regions[1]});
  CHECK(left_after({.by_concept = false}, regions) == std::vector{regions[0]});
}

TEST_CASE("regions without concepts are of one kind") {
  Region one{.box = here, .score = 0.5f, .concepts = {}, .points = {}};
  Region other{.box = near, .score = 0.6f, .concepts = {}, .points = {}};
  CHECK(left_after({}, {one, other}) == std::vector{other});
  CHECK(left_after({}, {one, region(near, 0.6f, "dog")}).size() == 2);
}

TEST_CASE("of equal scores the first stays, and equal ones keep their order") {
  Region first = region(here, 0.5f);
  first.points = {{0.1f, 0.1f}};
  CHECK(left_after({}, {first, region(here, 0.5f)}) == std::vector{first});
  CHECK(left_after({}, {region(far, 0.5f), region(here, 0.5f)}) == std::vector{region(far, 0.5f), region(here, 0.5f)});
}

TEST_CASE("a region that was suppressed suppresses nothing itself") {
  const Box a{0, 0, 0.4f, 1};
  const Box b{0.1f, 0, 0.5f, 1};
  const Box c{0.2f, 0, 0.6f, 1};
  CHECK(left_after({.iou = 0.4f}, {region(a, 0.9f), region(b, 0.8f), region(c, 0.7f)}) == std::vector{region(a, 0.9f), region(c, 0.7f)});
}

TEST_CASE("of no regions none are left, and a photo whose regions hold NaN takes down no other") {
  for (const Region& broken : {region(here, made::nan), region({made::nan, 0, 1, 1})}) {
    Graph graph("g");
    const auto photo = graph.input<Image>("photo");
    const auto best = photo.then(made::FindsBrokenOnOnePixel{.broken = broken}).then(NonMaximumSuppression{}).named("best");
    const auto none = photo.then(made::Finds{}).then(NonMaximumSuppression{});
    const auto results = made::run_all(graph, std::vector{made::image(1, 1), made::image(2, 2)});
    CHECK(std::string(results[0].error().what()) == "[g/best] input \"0\": wanted scores and boxes made of numbers, got NaN");
    CHECK(results[0][best].empty());
    CHECK(results[1].ok());
    CHECK(results[1][best].size() == 1);
    CHECK(results[1][none].empty());
  }
}

TEST_CASE("an IoU out of range is refused when the step is added") {
  Graph graph("g");
  const auto regions = graph.input<Image>("photo").then(made::Finds{});
  CHECK(message_of([&] { regions.then(NonMaximumSuppression{.iou = -0.1f}); }) ==
        "[g/non-maximum-suppression] iou: wanted 0..1, got -0.1");
  CHECK(message_of([&] { regions.then(NonMaximumSuppression{.iou = 1.1f}); }) == "[g/non-maximum-suppression] iou: wanted 0..1, got 1.1");
}
