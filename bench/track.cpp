// What following costs a frame, and what a detector on every n-th frame saves: time, and how well the boxes between fit.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <random>
#include <vector>

#include "workflow/catalogue/catalogue.h"
#include "workflow/operators/operators.h"
#include "workflow/run/executor.h"

namespace wf = workflow;
using Clock = std::chrono::steady_clock;

namespace {

// Frames of `count` objects that walk across the picture, each seen with a little jitter.
std::vector<std::vector<wf::Region>> walk(int count, int frames) {
  std::mt19937 random(1);
  const auto any = [&] { return static_cast<float>(random() % 10'000) / 10'000; };
  struct Walker {
    float x, y, dx, dy;
  };
  std::vector<Walker> walkers;
  for (int i = 0; i < count; ++i) walkers.push_back({any(), any(), (any() - 0.5f) / 100, (any() - 0.5f) / 100});
  std::vector<std::vector<wf::Region>> video;
  for (int frame = 0; frame < frames; ++frame) {
    auto& found = video.emplace_back();
    for (Walker& it : walkers) {
      it.x += it.dx;
      it.y += it.dy;
      const float jitter = any() / 500;
      found.push_back(
          {.box = {it.x + jitter, it.y, it.x + 0.03f, it.y + 0.08f}, .score = 0.9f, .concepts = {{"person", 0.9f}}});
    }
  }
  return video;
}

double us_a_frame(int count) {
  const auto video = walk(count, 200);
  wf::TrackState state;
  const wf::Track track;
  std::vector<double> times;
  for (const auto& found : video) {
    const auto start = Clock::now();
    track(wf::Group<wf::Region>(found), state);
    times.push_back(std::chrono::duration<double, std::micro>(Clock::now() - start).count());
  }
  std::nth_element(times.begin(), times.begin() + 100, times.end());
  return times[100];
}

struct Followed {
  double ms_a_frame = 0;
  std::uint64_t frames_looked_at = 0;
  std::vector<std::vector<wf::Region>> regions;
};

Followed follow(const wf::Detector& find, const std::string& clip, int every, int threads) {
  wf::Graph graph("follow");
  const auto frame = graph.input<wf::Image>("frame");
  const auto looked_at = frame.then(wf::Redetect{.every = every}).then(find).named("find");
  const auto faces = frame.then(wf::Track{}, looked_at).named("faces");
  Followed followed;
  auto run = wf::Executor({.threads = threads}).run(graph, wf::video(clip));
  for (const wf::Result& result : run) {
    auto& of_frame = followed.regions.emplace_back();
    for (const auto& face : result[faces]) of_frame.push_back(*face);
  }
  const wf::RunStats stats = run.stats();
  followed.ms_a_frame = 1000 * stats.seconds / static_cast<double>(stats.inputs);
  for (const wf::StepStats& step : stats.steps)
    if (step.step == "find") followed.frames_looked_at = step.items_in;
  return followed;
}

// Of the boxes that a detector on every frame gives, the share that has one here which overlaps by half or more.
double share_found(const Followed& all, const Followed& some) {
  double found = 0;
  double wanted = 0;
  for (std::size_t frame = 0; frame < all.regions.size(); ++frame)
    for (const wf::Region& region : all.regions[frame]) {
      ++wanted;
      found += std::any_of(some.regions[frame].begin(), some.regions[frame].end(),
                           [&](const wf::Region& it) { return wf::iou(it.box, region.box) >= 0.5f; });
    }
  return wanted > 0 ? found / wanted : 1;
}

}  // namespace

int main(int argc, char** argv) {
  fmt::print("{:<32} {:>12}\n", "Track", "us a frame");
  for (const int count : {1, 10, 50, 200}) fmt::print("{:>4} objects {:<20} {:>12.1f}\n", count, "", us_a_frame(count));
  if (argc < 2) return fmt::print("\nname a clip with faces to see what Redetect saves\n"), 0;

  const auto catalogue = wf::Catalogue::standard();
  const char* model = argc > 2 ? argv[2] : "face-detector";
  const auto find = catalogue.load<wf::Detector>(model);
  for (const int threads : {1, 2}) {
    const Followed all = follow(find, argv[1], 1, threads);
    fmt::print("\n{}, {} threads{:<12} {:>10} {:>10} {:>10} {:>14}\n", model, threads, "", "looked at", "ms/frame", "times",
               "boxes found");
    for (const int every : {1, 2, 5, 10}) {
      const Followed some = follow(find, argv[1], every, threads);
      fmt::print("every {:<24} {:>14} {:>10.2f} {:>10.2f} {:>13.1f}%\n", every, some.frames_looked_at, some.ms_a_frame,
                 all.ms_a_frame / some.ms_a_frame, 100 * share_found(all, some));
    }
  }
}
