#include "workflow/operators/reuse.h"

#include "operator_checks.h"
#include "workflow/operators/redetect.h"

using namespace workflow;

TEST_CASE("what was read off a track stands for it until it is read again, for that track alone") {
  ReuseState state;
  const Concepts happy{{"happy", 0.9f}};
  const Concepts sad{{"sad", 0.8f}};
  CHECK_FALSE(Reuse{}(made::of_track(1), nullptr, state));
  CHECK(Reuse{}(made::of_track(1), &happy, state) == happy);
  CHECK(Reuse{}(made::of_track(1), nullptr, state) == happy);
  CHECK_FALSE(Reuse{}(made::of_track(2), nullptr, state));
  CHECK(Reuse{}(made::of_track(2), &sad, state) == sad);
  CHECK(Reuse{}(made::of_track(1), nullptr, state) == happy);
  CHECK(Reuse{}(made::of_track(1), &sad, state) == sad);
  CHECK(Reuse{}(made::of_track(1), nullptr, state) == sad);
}

TEST_CASE("a region without a track says what was read off itself, or nothing") {
  ReuseState state;
  const Concepts happy{{"happy", 0.9f}};
  CHECK(Reuse{}(made::of_track({}), &happy, state) == happy);
  CHECK_FALSE(Reuse{}(made::of_track({}), nullptr, state));
}

TEST_CASE("the classifier runs on every fourth sighting, and its answer stands on every frame") {
  Graph graph("g");
  const auto frame = graph.input<int>("frame");
  const auto faces = frame.then([](const int& n) {
    std::vector<Region> found;
    for (int track = 1; track <= 2; ++track)
      if (n >= 3 || track == 1) found.push_back(made::of_track(track));
    return found;
  });
  const auto read = faces.then(Redetect{.every = 4})
                        .then([](const Region& region, const int& n) {
                          return Concepts{{std::to_string(*region.track) + " on " + std::to_string(n), 1.0f}};
                        })
                        .named("read");
  const auto said = faces.then(Reuse{}, read).named("said");
  std::vector<int> frames = {0, 1, 2, 3, 4, 5, 6, 7};
  for (const int threads : {1, 2}) {
    auto run = Executor({.threads = threads, .batch = 3}).run(graph, frames);
    std::vector<std::string> names;
    for (const Result& result : run)
      for (const auto& concepts : result[said]) names.push_back(concepts->top().name);
    CHECK(names == std::vector<std::string>{"1 on 0", "1 on 0", "1 on 0", "1 on 0", "2 on 3", "1 on 4", "2 on 3", "1 on 4",
                                            "2 on 3", "1 on 4", "2 on 3", "1 on 4", "2 on 7"});
    for (const StepStats& step : run.stats().steps) {
      if (step.step == "read") CHECK(step.items_in == 4);
      if (step.step == "said") CHECK(step.items_out == 13);
    }
  }
}

TEST_CASE("no regions say nothing, and the list of operators knows the kind") {
  Graph graph("g");
  const auto faces = graph.input<Image>("photo").then(made::Finds{});
  const auto said = faces.then(Reuse{}, faces.then([](const Region&) { return Concepts{}; })).named("said");
  const Result result = made::run_once(graph, made::image(2, 2));
  CHECK(result.ok());
  CHECK(result[said].empty());
  CHECK(Operators::standard().find("reuse") != nullptr);
}
