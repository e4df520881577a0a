#include "workflow/operators/redetect.h"

#include "operator_checks.h"

using namespace workflow;

TEST_CASE("of frames the first and every n-th after it go through, whatever the threads and windows") {
  Graph graph("g");
  const auto some = graph.input<Image>("frame").then(Redetect{.every = 4}).named("some");
  for (const int threads : {1, 3}) {
    std::string chosen;
    for (const Result& result :
         Executor({.threads = threads, .batch = 3}).run(graph, std::vector<Image>(14, made::image(2, 2))))
      chosen += result[some].empty() ? '.' : 'x';
    CHECK(chosen == "x...x...x...x.");
  }
  Graph all("g");
  const auto every = all.input<Image>("frame").then(Redetect{.every = 1});
  for (const Result& result : made::run_all(all, std::vector<Image>(5, made::image(2, 2)))) CHECK(result[every].size() == 1);
}

TEST_CASE("of regions each track's first and every n-th sighting after it; who belongs to no track always") {
  RedetectState state;
  const Redetect redetect{.every = 3};
  std::string chosen;
  for (int i = 0; i < 7; ++i)
    for (const auto track : {std::optional<std::int64_t>(1), std::optional<std::int64_t>(2), std::optional<std::int64_t>()})
      if (i > 0 || track != 2) chosen += redetect(made::of_track(track), state) ? 'x' : '.';
  // track 1, track 2 (one frame later), none
  CHECK(chosen ==
        "xx"
        ".xx"
        "..x"
        "x.x"
        ".xx"
        "..x"
        "x.x");
}

TEST_CASE("what is remembered of tracks is bounded, and the ones seen last stay") {
  RedetectState state;
  const Redetect redetect{.every = 2};
  CHECK(redetect(made::of_track(1), state));
  for (std::int64_t track = 2; track < 10'000; ++track) CHECK(redetect(made::of_track(track), state));
  CHECK(redetect(made::of_track(1), state));  // forgotten
  CHECK_FALSE(redetect(made::of_track(9999), state));
}

TEST_CASE("no frames and no regions are fine, and each run begins anew") {
  Graph graph("g");
  const auto photo = graph.input<Image>("photo");
  const auto none = photo.then(made::Finds{}).then(Redetect{}).named("none");
  const auto first = photo.then(Redetect{.every = 100}).named("first");
  for (int run = 0; run < 2; ++run) {
    const auto results = made::run_all(graph, std::vector<Image>(2, made::image(2, 2)));
    CHECK(results[0][none].empty());
    CHECK(results[0][first].size() == 1);
    CHECK(results[1][first].empty());
  }
}

TEST_CASE("Redetect's settings are checked and come back from JSON") {
  checks::json_round_trip(Redetect{.every = 12});
  checks::refused(Redetect{.every = 0});
  checks::refused(Redetect{.every = 1'000'001});
}
