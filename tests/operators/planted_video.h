#pragma once

#include <cmath>
#include <map>
#include <random>
#include <set>
#include <vector>

#include "workflow/values/region.h"

// Videos of which we know who is who: regions as a detector would give them, without the pictures.
namespace planted {

using workflow::Box;
using workflow::Region;

/// Somebody who walks: where, in shares of the picture, at the beginning and for each frame that passes.
struct Walker {
  float x;
  float y;
  float x_step;
  float y_step;
  float width = 0.08f;
  float height = 0.25f;

  Box at(int frame) const {
    const auto time = static_cast<float>(frame);
    const float sway = 0.004f * std::sin(time / 5);
    const float cx = x + x_step * time;
    const float cy = y + y_step * time + sway;
    return {cx - width / 2, cy - height / 2, cx + width / 2, cy + height / 2};
  }
};

/// How well a detector sees them.
struct Sight {
  float jitter = 0.03f;   ///< of a box's edges, a share of its sides (standard deviation)
  float missed = 0.05f;   ///< the share of objects that it does not see
  float ghosts = 0.0f;    ///< false alarms a frame
  bool occlusion = true;  ///< who is more than half covered by somebody before them is only seen with a score of 0.3
};

/// What a detector gives for each frame. Who it is stands in the region's first point: x is the walker's number, -1 a
/// ghost's.
inline std::vector<std::vector<Region>> seen(const std::vector<Walker>& walkers, int frames, const Sight& sight,
                                             std::uint32_t seed) {
  std::mt19937 random(seed);
  // Of our own, as the standard's distributions differ from library to library.
  const auto uniform = [&] { return static_cast<float>(random() % 100'000) / 100'000; };
  const auto normal = [&] { return std::sqrt(-2 * std::log(1 - uniform())) * std::cos(6.2831853f * uniform()); };
  std::vector<std::vector<Region>> video;
  for (int frame = 0; frame < frames; ++frame) {
    std::vector<Region> found;
    for (std::size_t i = 0; i < walkers.size(); ++i) {
      const Box box = walkers[i].at(frame);
      if (box.clipped().area() < box.area() / 2 || uniform() < sight.missed) continue;
      Region region{
          .box = {box.left + sight.jitter * box.width() * normal(), box.top + sight.jitter * box.height() * normal(),
                  box.right + sight.jitter * box.width() * normal(), box.bottom + sight.jitter * box.height() * normal()},
          .score = 0.6f + 0.39f * uniform(),
          .concepts = {{"person", 0.9f}},
          .points = {{static_cast<float>(i), 0}}};
      for (std::size_t before = 0; before < i; ++before)
        if (sight.occlusion && workflow::shared_area(walkers[before].at(frame), box) > box.area() / 2) region.score = 0.3f;
      found.push_back(region);
    }
    while (uniform() < sight.ghosts / (1 + sight.ghosts)) {
      const float x = 0.9f * uniform();
      const float y = 0.7f * uniform();
      found.push_back({.box = {x, y, x + 0.08f, y + 0.25f},
                       .score = 0.4f + 0.5f * uniform(),
                       .concepts = {{"person", 0.9f}},
                       .points = {{-1, 0}}});
    }
    std::shuffle(found.begin(), found.end(), random);
    video.push_back(std::move(found));
  }
  return video;
}

/// How well tracks tell who is who.
struct Quality {
  int switches = 0;  ///< times that a walker's number changed
  int followed = 0;  ///< regions of walkers that were given a track
  int given = 0;     ///< all that were given
  std::set<std::int64_t> tracks = {};

  void look_at(const std::vector<Region>& regions) {
    for (const Region& region : regions) {
      ++given;
      const int who = static_cast<int>(region.points.front().x);
      tracks.insert(region.track.value_or(0));
      if (who < 0) continue;
      ++followed;
      const auto [known, is_new] = last_.try_emplace(who, *region.track);
      if (known->second != *region.track) ++switches;
      known->second = *region.track;
    }
  }

 private:
  std::map<int, std::int64_t> last_;
};

}  // namespace planted
