#include "workflow/show/progress.h"

#include "catch.h"

using namespace workflow;
using Catch::Contains;

TEST_CASE("The progress bar's line tells rate, loss and time left, and fits its width") {
  CHECK(progress_line({.what = "training", .done = 25, .of = 100, .seconds = 5, .loss = 0.5}) ==
        "training [#######.......................] 25/100 5.00/s loss 0.5000 0:15 left");
  CHECK(progress_line({.what = "embedding", .done = 100, .of = 100, .seconds = 61}, 20).size() <= 20);
  CHECK_THAT(progress_line({.what = "reading", .done = 7, .seconds = 2}), Contains("reading 7 3.50/s in 0:02"));
}
