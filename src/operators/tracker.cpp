#include "operators/tracker.h"

#include <algorithm>
#include <cmath>

#include "base/assignment.h"

namespace workflow {
namespace {

Box grown(const Box& box, float reach) {
  const float x = box.width() * reach;
  const float y = box.height() * reach;
  return {box.left - x, box.top - y, box.right + x, box.bottom + y};
}

// How well a region fits where an object should be. Of those who stand before each other boxes nearly coincide; there it
// counts whether their heights do, and whether the score is the last one's: who is covered is seen badly (Hybrid-SORT).
double fit(const Box& seen, const Box& expected, float shared, float score, float last_score) {
  const float both = std::min(seen.bottom, expected.bottom) - std::max(seen.top, expected.top);
  const float either = std::max(seen.bottom, expected.bottom) - std::min(seen.top, expected.top);
  const float change = std::min(std::abs(score - last_score), 1.0f);
  return static_cast<double>(shared) * static_cast<double>(both / either) * (1 - 0.5 * static_cast<double>(change));
}

bool same_concept(const Region& a, const Region& b) {
  return a.concepts.empty() || b.concepts.empty() ? a.concepts.empty() == b.concepts.empty()
                                                  : a.concepts.top().name == b.concepts.top().name;
}

// What was seen, moved along to where it should be by now.
Region moved(const Region& region, const Box& box) {
  Region there = region;
  there.box = box.clipped();
  for (Point& point : there.points) {
    const Point share{(point.x - region.box.left) / region.box.width(), (point.y - region.box.top) / region.box.height()};
    point = {box.left + share.x * box.width(), box.top + share.y * box.height()};
  }
  return there;
}

}  // namespace

void Tracker::advance() {
  for (Object& object : objects_) object.motion.advance();
}

// Pairs some of the regions with some of the objects; what is paired leaves both lists. With Lost::OnlyClaim, a region that
// is most like an object that was not seen last time goes to nobody: it is no reason to find that one again, and none to be
// taken for another. Who was unseen for longer than seen, as a false alarm is, claims nothing.
void Tracker::match(std::span<const Region> found, std::vector<std::size_t>& regions, std::vector<std::size_t>& objects,
                    float overlap, float reach, bool by_concept, Where where, Lost lost) {
  const auto pairs = assign(regions.size(), objects.size(), [&](std::size_t row, std::size_t column) {
    const Region& region = found[regions[row]];
    const Object& object = objects_[objects[column]];
    if (by_concept && !same_concept(region, object.last)) return 0.0;
    if (lost == Lost::OnlyClaim && object.unseen >= object.seen) return 0.0;
    const Box seen = grown(region.box, reach);
    const Box expected = grown(where == Where::Expected ? object.motion.box() : object.last.box, reach);
    const float shared = iou(seen, expected);
    return shared < overlap || shared <= 0 ? 0.0 : fit(seen, expected, shared, region.score, object.last.score);
  });
  std::vector<std::size_t> regions_left;
  std::vector<bool> is_taken(objects.size());
  for (std::size_t row = 0; row < regions.size(); ++row) {
    if (!pairs[row]) {
      regions_left.push_back(regions[row]);
      continue;
    }
    const std::size_t object = objects[*pairs[row]];
    if (lost == Lost::OnlyClaim && objects_[object].unseen > 0) continue;
    is_taken[*pairs[row]] = true;
    object_of_[regions[row]] = object;
    see(object, found[regions[row]]);
  }
  std::vector<std::size_t> objects_left;
  for (std::size_t column = 0; column < objects.size(); ++column)
    if (!is_taken[column]) objects_left.push_back(objects[column]);
  regions = std::move(regions_left);
  objects = std::move(objects_left);
}

void Tracker::see(std::size_t object, const Region& region) {
  Object& it = objects_[object];
  it.motion.correct(region.box);
  it.last = region;
  it.unseen = 0;
  ++it.seen;
}

void Tracker::begin(const Region& region) {
  if (objects_.size() == Track::most) {
    // The one that was longest unseen makes room, of several the oldest.
    const auto oldest = std::max_element(objects_.begin(), objects_.end(),
                                         [](const Object& a, const Object& b) { return a.unseen < b.unseen; });
    const auto at = static_cast<std::size_t>(oldest - objects_.begin());
    objects_.erase(oldest);
    for (std::size_t& object : object_of_)
      if (object != none && object > at) --object;
  }
  objects_.push_back({.track = ++last_track_, .motion = BoxMotion(region.box), .last = region});
}

void Tracker::forget(const Track& settings) {
  std::erase_if(objects_, [&](const Object& object) {
    return object.unseen > (object.seen < settings.confirm ? 0 : settings.patience);
  });
}

std::vector<Region> Tracker::look(std::span<const Region> found, const Track& settings) {
  advance();
  std::vector<std::size_t> sure;
  std::vector<std::size_t> doubtful;
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (found[i].box.width() <= 0 || found[i].box.height() <= 0) continue;
    if (found[i].score >= settings.high)
      sure.push_back(i);
    else if (found[i].score >= settings.low)
      doubtful.push_back(i);
  }
  object_of_.assign(found.size(), none);
  // Those that were confirmed choose first: a false alarm takes nobody's region, and is forgotten once it is not seen again.
  std::vector<std::size_t> confirmed;
  std::vector<std::size_t> tentative;
  for (std::size_t i = 0; i < objects_.size(); ++i)
    (objects_[i].seen >= settings.confirm ? confirmed : tentative).push_back(i);
  const auto match_sure = [&](std::vector<std::size_t>& objects) {
    match(found, sure, objects, settings.overlap, 0, settings.by_concept);
    if (settings.reach > 0) match(found, sure, objects, settings.overlap, settings.reach, settings.by_concept);
  };
  match_sure(confirmed);
  match(found, doubtful, confirmed, std::max(settings.overlap, 0.5f), 0, settings.by_concept, Where::Expected,
        Lost::OnlyClaim);
  // Who was lost may have stopped meanwhile, and is still where it was last seen (OC-SORT's recovery).
  match(found, sure, confirmed, settings.overlap, 0, settings.by_concept, Where::LastSeen);
  match_sure(tentative);
  for (const auto* unseen : {&confirmed, &tentative})
    for (const std::size_t i : *unseen) {
      ++objects_[i].unseen;
      objects_[i].motion.keep_size();
    }
  for (const std::size_t i : sure) {
    begin(found[i]);
    object_of_[i] = objects_.size() - 1;
  }

  std::vector<Region> given;
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (object_of_[i] == none || objects_[object_of_[i]].seen < settings.confirm) continue;
    given.push_back(found[i]);
    given.back().track = objects_[object_of_[i]].track;
  }
  forget(settings);
  return given;
}

std::vector<Region> Tracker::pass(const Track& settings) {
  advance();
  std::vector<Region> given;
  for (Object& object : objects_) {
    if (object.unseen > 0) {
      ++object.unseen;
      continue;
    }
    if (object.seen < settings.confirm) continue;
    Region there = moved(object.last, object.motion.box());
    if (there.box.area() <= 0) continue;
    there.track = object.track;
    given.push_back(std::move(there));
  }
  forget(settings);
  return given;
}

}  // namespace workflow
