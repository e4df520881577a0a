#include "train/detection/target_boxes.h"

#include <limits>

#include "catch.h"

using namespace workflow;

TEST_CASE("Boxes beyond their picture are clipped, those without area and of unknown concepts left out, and all is told") {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const LabelledInput input{.id = "a.jpg",
                            .boxes = {{{0.1f, 0.1f, 0.5f, 0.5f}, "cell", true},
                                      {{-0.5f, 0.2f, 0.5f, 1.5f}, "cell"},
                                      {{1.2f, 0.2f, 1.5f, 0.4f}, "cell"},
                                      {{0.3f, 0.3f, 0.3f, 0.4f}, "cell"},
                                      {{nan, 0.3f, 0.5f, 0.4f}, "cell"},
                                      {{0, 0, 1, 1}, "moon"}}};
  BoxFaults faults;
  const auto boxes = TargetBoxes({"platelet", "cell"})(input, &faults);
  CHECK(boxes == std::vector<TargetBox>{{{0.1f, 0.1f, 0.5f, 0.5f}, 1, true}, {{0, 0.2f, 0.5f, 1}, 1, false}});
  CHECK(faults.clipped == 1);
  CHECK(faults.left_out == 3);
  CHECK(faults.unknown.at("moon") == 1);
  CHECK(faults.told("training") ==
        std::vector<std::string>{"1 training box reached beyond the picture and was clipped",
                                 "3 training boxes without an area on the picture were left out, the first on \"a.jpg\"",
                                 "1 training box of \"moon\", which is not among the concepts to be found, was left out"});
  CHECK(BoxFaults().told("training").empty());
}
