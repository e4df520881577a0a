// Track and Redetect on a real clip, with a real detector: two people who turn and tilt their heads, side by side.
#include <map>

#include "models.h"
#include "workflow/catalogue/catalogue.h"
#include "workflow/operators/operators.h"
#include "workflow/run/executor.h"

using namespace workflow;

namespace {

const std::string clip = WORKFLOW_SOURCE_DIR "/../shared/data/video/head-pose-face-detection-female-and-male.gif";

/// What was followed on one half of the picture.
struct Half {
  std::map<std::int64_t, int> regions_of_track;
  int regions = 0;

  int of_longest_track() const {
    int longest = 0;
    for (const auto& [track, count] : regions_of_track) longest = std::max(longest, count);
    return longest;
  }
};

struct Followed {
  Half left;
  Half right;
  std::uint64_t frames = 0;
  std::uint64_t looked_at = 0;
};

Followed follow(const Detector& find, int every) {
  Graph graph("faces");
  const auto frame = graph.input<Image>("frame");
  const auto looked_at = frame.then(Redetect{.every = every}).then(find).named("find");
  const auto faces = frame.then(Track{}, looked_at).named("faces");
  Followed followed;
  auto run = Executor({.threads = 2}).run(graph, video(clip));
  for (const Result& result : run) {
    REQUIRE(result.ok());
    for (const auto& face : result[faces]) {
      Half& half = face->box.centre().x < 0.5f ? followed.left : followed.right;
      ++half.regions;
      ++half.regions_of_track[*face->track];
    }
  }
  followed.frames = run.stats().inputs;
  for (const StepStats& step : run.stats().steps)
    if (step.step == "find") followed.looked_at = step.items_in;
  return followed;
}

}  // namespace

TEST_CASE("two people on a clip keep their numbers, and a detector on every fifth frame follows them as well") {
  if (!test::is_there(clip) || !test::is_there(test::yunet_file)) return;
  const auto find = Catalogue::standard({.folder = test::yunet_models()}).load<Detector>("yunet-face");
  const Followed all = follow(find, 1);
  const Followed some = follow(find, 5);
  for (const Followed* followed : {&all, &some})
    for (const Half* half : {&followed->left, &followed->right}) {
      INFO(half->regions << " regions in " << half->regions_of_track.size() << " tracks");
      CHECK(half->regions > static_cast<int>(followed->frames) / 2);
      CHECK(half->of_longest_track() >= half->regions * 9 / 10);
    }
  CHECK(all.looked_at == all.frames);
  CHECK(some.looked_at == (some.frames + 4) / 5);
}

TEST_CASE("who a detector loses for many frames, as its face turns away, has the same number when it turns back") {
  if (!test::is_there(clip) || !test::is_there(test::face_package())) return;
  // It sees the left face on frames 0 to 8 and from 26 on, and not between.
  const auto find = Catalogue::standard({.folder = test::face_models()}).load<Detector>("face-detector");
  const Followed all = follow(find, 1);
  INFO(all.left.regions << " regions in " << all.left.regions_of_track.size() << " tracks");
  CHECK(all.left.regions >= 20);
  CHECK(all.left.regions_of_track.size() == 1);
  CHECK(all.right.regions_of_track.size() == 1);
}
