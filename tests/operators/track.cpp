#include "workflow/operators/track.h"

#include <algorithm>

#include "operator_checks.h"
#include "planted_video.h"
#include "workflow/catalogue/catalogue.h"
#include "workflow/operators/redetect.h"

using namespace workflow;
using planted::FollowQuality;
using planted::Walker;

namespace {

Region person(float x, float score = 0.9f) { return made::region({x, 0.3f, x + 0.1f, 0.7f}, score, "person"); }

std::vector<Region> look(const Track& track, TrackState& state, std::vector<Region> found) {
  return track(Group<Region>(found), state);
}

std::vector<std::int64_t> numbers(const std::vector<Region>& regions) {
  std::vector<std::int64_t> all;
  for (const Region& region : regions) all.push_back(region.track.value_or(-1));
  return all;
}

FollowQuality follow(const Track& track, const std::vector<std::vector<Region>>& video) {
  FollowQuality quality;
  TrackState state;
  for (const auto& found : video) quality.look_at(look(track, state, found));
  return quality;
}

using Numbers = std::vector<std::int64_t>;

struct FindNobody {
  static constexpr std::string_view kind = "find-nobody";
  std::vector<Region> operator()(const Image&) const { return {}; }
};

}  // namespace

TEST_CASE("objects keep their numbers while they move, and new ones get new numbers; an empty first frame is fine") {
  TrackState state;
  const Track track;
  CHECK(look(track, state, {}).empty());
  CHECK(numbers(look(track, state, {person(0.1f), person(0.6f)})) == Numbers{1, 2});
  CHECK(numbers(look(track, state, {person(0.58f), person(0.12f)})) == Numbers{2, 1});
  CHECK(numbers(look(track, state, {person(0.14f), person(0.56f), person(0.85f)})) == Numbers{1, 2, 3});
  const Region region = person(0.16f);
  auto given = look(track, state, {region});
  REQUIRE(given.size() == 1);
  CHECK(given[0].track == 1);
  given[0].track.reset();
  CHECK(given[0] == region);  // it is given as it was found
}

TEST_CASE("an object that was not seen for a while is found again where it should be, and forgotten after that") {
  const auto after_a_gap = [](int gap, int patience) {
    TrackState state;
    const Track track{.patience = patience};
    for (int frame = 0; frame < 10; ++frame) look(track, state, {person(0.1f + 0.01f * static_cast<float>(frame))});
    for (int frame = 0; frame < gap; ++frame) look(track, state, {});
    return numbers(look(track, state, {person(0.1f + 0.01f * static_cast<float>(10 + gap))}));
  };
  CHECK(after_a_gap(8, 8) == Numbers{1});
  CHECK(after_a_gap(20, 30) == Numbers{1});  // two widths further on
  CHECK(after_a_gap(9, 8) == Numbers{2});
  CHECK(after_a_gap(1, 0) == Numbers{2});
}

TEST_CASE("doubtful regions carry a track on and begin none; what is below them goes no further") {
  TrackState state;
  const Track track{.high = 0.5f, .low = 0.2f};
  CHECK(look(track, state, {person(0.1f, 0.4f)}).empty());
  CHECK(numbers(look(track, state, {person(0.1f, 0.5f)})) == Numbers{1});
  CHECK(numbers(look(track, state, {person(0.1f, 0.2f)})) == Numbers{1});
  CHECK(look(track, state, {person(0.1f, 0.19f)}).empty());
  CHECK(look(track, state, {person(0.1f, 0.4f)}).empty());  // once lost, a doubtful region is no reason to find it again
  CHECK(numbers(look(track, state, {person(0.1f, 0.6f)})) == Numbers{1});
}

TEST_CASE("a track is given once it was seen on as many frames as asked") {
  TrackState state;
  const Track track{.confirm = 3};
  CHECK(look(track, state, {person(0.1f)}).empty());
  CHECK(look(track, state, {person(0.1f)}).empty());
  CHECK(numbers(look(track, state, {person(0.1f)})) == Numbers{1});
}

TEST_CASE("a person is no dog, unless told so") {
  const auto then_a_dog = [](const Track& track) {
    TrackState state;
    look(track, state, {person(0.1f)});
    return numbers(look(track, state, {made::region({0.1f, 0.3f, 0.2f, 0.7f}, 0.9f, "dog")}));
  };
  CHECK(then_a_dog({}) == Numbers{2});
  CHECK(then_a_dog({.by_concept = false}) == Numbers{1});
}

TEST_CASE("with a reach, who jumped further than a box between two frames is still the same") {
  const auto after_a_jump = [](float reach) {
    TrackState state;
    const Track track{.reach = reach};
    look(track, state, {person(0.1f)});
    return numbers(look(track, state, {person(0.24f)}));
  };
  CHECK(after_a_jump(0) == Numbers{2});
  CHECK(after_a_jump(1) == Numbers{1});
}

TEST_CASE("two who cross keep their numbers, in fifty videos of a detector that sees badly") {
  int switches = 0;
  int more_tracks = 0;
  for (std::uint32_t seed = 0; seed < 50; ++seed) {
    const auto video = planted::seen(
        {{.x = 0.1f, .y = 0.5f, .x_step = 0.008f, .y_step = 0}, {.x = 0.9f, .y = 0.52f, .x_step = -0.008f, .y_step = 0}},
        100, {}, seed);
    const FollowQuality quality = follow({}, video);
    switches += quality.switches;
    more_tracks += static_cast<int>(quality.tracks.size()) - 2;
    CHECK(quality.followed > 170);
  }
  CHECK(switches <= 1);
  CHECK(more_tracks <= 2);
}

TEST_CASE("in a crowd with false alarms few numbers change, and asking for three sightings keeps the false alarms out") {
  const std::vector<Walker> crowd = {{0.05f, 0.2f, 0.006f, 0.001f},  {0.95f, 0.3f, -0.007f, 0.001f},
                                     {0.5f, 0.15f, 0.0f, 0.004f},    {0.1f, 0.8f, 0.005f, -0.003f},
                                     {0.9f, 0.8f, -0.005f, -0.002f}, {0.3f, 0.5f, 0.003f, 0.0f}};
  int switches = 0;
  int false_alarms = 0;
  int regions = 0;
  for (std::uint32_t seed = 0; seed < 20; ++seed) {
    const FollowQuality quality =
        follow({.confirm = 3}, planted::seen(crowd, 100, {.jitter = 0.03f, .missed = 0.1f, .ghosts = 0.5f}, seed));
    switches += quality.switches;
    false_alarms += quality.given - quality.followed;
    regions += quality.followed;
  }
  INFO(switches << " switches, " << false_alarms << " false alarms of " << regions << " regions");
  CHECK(switches < 60);  // of 120 walkers, each crossing several others
  CHECK(false_alarms < regions / 50);
}

TEST_CASE("what is remembered is bounded, whatever comes") {
  TrackState state;
  const Track track{.patience = 100'000};
  for (int frame = 0; frame < 40; ++frame) {
    std::vector<Region> found;
    for (int i = 0; i < 100; ++i) {
      const auto x = static_cast<float>(frame * 100 + i) * 10;
      found.push_back(made::region({x, 0, x + 1, 1}));
    }
    CHECK(look(track, state, found).size() == 100);
  }
  // The first were forgotten to make room, the last are known.
  CHECK(numbers(look(track, state, {made::region({0, 0, 1, 1})})) == Numbers{4001});
  const auto last = static_cast<float>(3999) * 10;
  CHECK(numbers(look(track, state, {made::region({last, 0, last + 1, 1})})) == Numbers{4000});
  CHECK(checks::error_of([&] { look(track, state, std::vector<Region>(Track::most + 1)); }) == ErrorCode::InvalidValue);
}

TEST_CASE("NaN takes down its own frame alone, and boxes without an inside are nobody") {
  TrackState state;
  const Track track;
  look(track, state, {person(0.1f)});
  CHECK(checks::error_of([&] { look(track, state, {person(made::nan)}); }) == ErrorCode::InvalidValue);
  CHECK(checks::error_of([&] { look(track, state, {person(0.1f, made::nan)}); }) == ErrorCode::InvalidValue);
  CHECK(numbers(look(track, state,
                     {person(0.1f), made::region({0.5f, 0.5f, 0.5f, 0.9f}), made::region({0.9f, 0.5f, 0.8f, 0.9f})})) ==
        Numbers{1});
}

TEST_CASE("frames that no detector looked at are filled in with where everybody should be, points and all") {
  TrackState state;
  const Track track;
  const Image frame = made::image(4, 4);
  Region found = person(0.1f);
  found.points = {{0.1f, 0.3f}, {0.15f, 0.5f}};
  for (int i = 0; i < 12; ++i) {
    const std::vector<Region> list = {found};
    const Group<Region> group{std::span<const Region>(list)};
    const auto given = i % 3 == 0 ? track(frame, &group, state) : track(frame, nullptr, state);
    REQUIRE(given.size() == 1);
    CHECK(given[0].track == 1);
    CHECK(given[0].score == 0.9f);
    CHECK(given[0].concepts == found.concepts);
    // After two looks the way that it goes is known.
    if (i > 3) CHECK(iou(given[0].box, person(0.1f + 0.01f * static_cast<float>(i)).box) > 0.85f);
    CHECK(given[0].points[0].x == Approx(given[0].box.left).margin(1e-5));
    CHECK(given[0].points[1].y == Approx(given[0].box.top + given[0].box.height() / 2).margin(1e-5));
    found.box.left += 0.01f;
    found.box.right += 0.01f;
    for (Point& point : found.points) point.x += 0.01f;
  }
  const Group<Region> nobody;
  CHECK(track(frame, &nobody, state).empty());
  CHECK(track(frame, nullptr, state).empty());  // who was not seen last time is not made up
}

TEST_CASE("with Redetect the detector runs on every fifth frame, which the figures show, and each frame has its regions") {
  struct Find {
    std::vector<std::vector<Region>> video;
    std::vector<std::vector<Region>> operator()(Batch<Image> images) const {
      std::vector<std::vector<Region>> found;
      for (const Image& image : images) found.push_back(video.at(static_cast<std::size_t>(image.width() - 1)));
      return found;
    }
  };
  const std::vector<Walker> walkers = {{0.1f, 0.5f, 0.004f, 0}, {0.9f, 0.4f, -0.003f, 0.001f}};
  const auto video = planted::seen(walkers, 100, {.jitter = 0.01f, .missed = 0}, 3);
  std::vector<Image> frames;
  for (int i = 1; i <= 100; ++i) frames.push_back(made::image(i, 1));

  Graph graph("g");
  const auto frame = graph.input<Image>("frame");
  const auto looked_at = frame.then(Redetect{.every = 5}).then(Find{video}).named("find");
  const auto people = frame.then(Track{}, looked_at).named("people");
  for (const int threads : {1, 3}) {
    auto run = Executor({.threads = threads, .batch = 7}).run(graph, frames);
    std::set<std::int64_t> tracks;
    int number = 0;
    double overlap = 0;  // with where they really are
    for (const Result& result : run) {
      REQUIRE(result.ok());
      const auto given = made::values(result, people);
      REQUIRE(given.size() == 2);
      for (const Region& region : given) tracks.insert(*region.track);
      for (const Region& region : given)
        overlap +=
            static_cast<double>(std::max(iou(region.box, walkers[0].at(number)), iou(region.box, walkers[1].at(number)))) /
            200;
      ++number;
    }
    CHECK(tracks == std::set<std::int64_t>{1, 2});
    CHECK(overlap > 0.85);
    for (const StepStats& step : run.stats().steps)
      if (step.step == "find") CHECK(step.items_in == 20);
  }
}

TEST_CASE("Track's settings are checked and come back from JSON, on one port and on two") {
  checks::json_round_trip(
      Track{.high = 0.6f, .low = 0.2f, .overlap = 0.3f, .reach = 0.5f, .patience = 5, .confirm = 2, .by_concept = false});
  checks::refused(Track{.high = 0.2f, .low = 0.3f});
  checks::refused(Track{.overlap = 1.5f});
  checks::refused(Track{.reach = -1});
  checks::refused(Track{.patience = -1});
  checks::refused(Track{.confirm = 0});

  // A graph that fills frames in reads back as it was drawn.
  Graph graph("g");
  const auto photo = graph.input<Image>("photo");
  photo.then(Track{.high = 0.7f}, photo.then(Redetect{.every = 3}).then(FindNobody{})).named("people");
  const std::string text = graph.to_json().dump(2);
  CHECK(Graph::from_json(text, Catalogue::open(""), Operators::standard().with<FindNobody>()).to_json().dump(2) == text);
}
