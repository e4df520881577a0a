#include "workflow/graph/tally.h"

#include "catch.h"
#include "run_once.h"
#include "workflow/operators/operators.h"

using namespace workflow;

TEST_CASE("a run tells how many boxes a step clipped and how many crops were too small, over all windows and threads") {
  Graph graph("g");
  graph.input<Image>("photo")
      .then(made::Finds{{made::region({0, 0, 0.5f, 0.5f}), made::region({-1, 0, 0.5f, 0.5f}), made::region({2, 2, 3, 3}),
                         made::region({0, 0, 0.01f, 0.5f})}})
      .then(Crop{.least = 4})
      .named("crops");
  auto run = Executor({.threads = 2, .batch = 3}).run(graph, std::vector<Image>(10, made::image(100, 100)));
  run.finish();
  const RunStats stats = run.stats();
  const StepStats& crops = stats.steps.back();
  CHECK(crops.items_in == 40);
  CHECK(crops.items_out == 20);
  CHECK(crops.tallies.at("boxes clipped to the image") == 10);
  CHECK(crops.tallies.at("boxes without a part on the image") == 10);
  CHECK(crops.tallies.at("crops below the least size") == 10);
  CHECK_THAT(stats.to_string(), Catch::Contains("10 crops below the least size"));
}

TEST_CASE("outside of a run nothing is tallied") { CHECK_NOTHROW(tally("something")); }
