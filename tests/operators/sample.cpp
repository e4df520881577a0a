#include "workflow/operators/sample.h"

#include <cmath>

#include "base/sip_hash.h"
#include "catch.h"
#include "operator_checks.h"
#include "workflow/values/region.h"

using namespace workflow;

namespace {

int chosen_of(const Sample& sample, int count) {
  int chosen = 0;
  for (int i = 0; i < count; ++i) chosen += sample.chooses({.input_id = std::to_string(i)});
  return chosen;
}

}  // namespace

TEST_CASE("SipHash gives what its authors' program gives") {
  const std::string bytes("\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e", 15);
  CHECK(sip_hash(bytes, 0x0706050403020100, 0x0f0e0d0c0b0a0908) == 0xa129ca6149be45e5);
  CHECK(sip_hash("", 0x0706050403020100, 0x0f0e0d0c0b0a0908) == 0x726fdb47dd0e0e31);
}

TEST_CASE("Sample lets the asked share through: nothing at 0, everything at 1") {
  CHECK(chosen_of({.fraction = 0.0f}, 10000) == 0);
  CHECK(chosen_of({.fraction = 1.0f}, 10000) == 10000);
  for (const float fraction : {0.01f, 0.25f, 0.9f}) {
    const double sigma = std::sqrt(10000.0 * static_cast<double>(fraction) * (1 - static_cast<double>(fraction)));
    CHECK(std::abs(chosen_of({.fraction = fraction}, 10000) - 10000.0 * static_cast<double>(fraction)) < 4 * sigma);
  }
}

TEST_CASE("Sample chooses the same everywhere: these three of twelve") {
  std::string chosen;
  for (char id = 'a'; id <= 'l'; ++id) chosen += Sample{.fraction = 0.3f}.chooses({.input_id = std::string(1, id)}) ? id : '.';
  CHECK(chosen == ".....f..i..l");
}

TEST_CASE("A smaller fraction's choice is part of a larger one's, and another seed chooses afresh") {
  int both = 0;
  for (int i = 0; i < 2000; ++i) {
    const Place place{.input_id = std::to_string(i)};
    if (Sample{.fraction = 0.2f}.chooses(place)) CHECK(Sample{.fraction = 0.5f}.chooses(place));
    both += Sample{.fraction = 0.5f}.chooses(place) && Sample{.fraction = 0.5f, .seed = 1}.chooses(place);
  }
  CHECK(std::abs(both - 500) < 90);
}

TEST_CASE("Per input, an input's items share its fate; per item, each has its own") {
  Graph graph("g");
  const auto items = graph.input<std::vector<Region>>("regions").then(checks::spread<Region>);
  const Port<Region> together = items.then(Sample{.fraction = 0.5f}).named("together");
  const Port<Region> each = items.then(Sample{.fraction = 0.5f, .per = Sample::Per::Item}).named("each");
  const auto results = made::run_all(graph, std::vector<std::vector<Region>>(50, std::vector<Region>(20)));
  std::size_t all = 0;
  std::size_t some = 0;
  for (const Result& result : results) {
    const std::size_t count = result[together].size();
    CHECK((count == 0 || count == 20));
    all += count == 20;
    some += result[each].size() > 0 && result[each].size() < 20;
    for (const auto& item : result[each]) CHECK(Sample{.fraction = 0.5f, .per = Sample::Per::Item}.chooses({result.id(), item.path()}));
  }
  CHECK(all > 10);
  CHECK(all < 40);
  CHECK(some == 50);
}

TEST_CASE("Sample takes values of every type, an input without items, and does not care how inputs are grouped") {
  Graph graph("g");
  const Port<int> chosen = graph.input<int>("n").then(Sample{.fraction = 0.4f}).named("chosen");
  const auto ids_at = [&](int threads, int batch) {
    std::vector<std::string> ids;
    for (const Result& result : Executor({.threads = threads, .batch = batch}).run(graph, std::vector<int>(100, 7)))
      if (!result[chosen].empty()) ids.push_back(result.id());
    return ids;
  };
  CHECK(ids_at(1, 1) == ids_at(2, 16));
  CHECK(ids_at(1, 1).size() > 20);

  Graph of_regions("r");
  const Port<Region> none = of_regions.input<std::vector<Region>>("regions").then(checks::spread<Region>).then(Sample{}).named("none");
  CHECK(made::run_all(of_regions, std::vector<std::vector<Region>>{{}})[0][none].empty());
}

TEST_CASE("Sample's settings are checked and come back from JSON") {
  checks::json_round_trip(Sample{.fraction = 0.05f, .seed = -3, .per = Sample::Per::Item});
  checks::refused(Sample{.fraction = 1.5f});
  checks::refused(Sample{.fraction = -0.1f});
  checks::refused(Sample{.fraction = NAN});
}
