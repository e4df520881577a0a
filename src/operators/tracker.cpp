#include "operators/tracker.h"

#include <algorithm>
#include <iterator>

#include "base/assignment.h"

namespace workflow {
namespace {

Box grown(const Box& box, float reach) {
  const float x = box.width() * reach;
  const float y = box.height() * reach;
  return {box.left - x, box.top - y, box.right + x, box.bottom + y};
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

// Pairs some of the regions with some of the objects; what is paired leaves both lists.
void Tracker::match(std::span<const Region> found, std::vector<std::size_t>& regions, std::vector<std::size_t>& objects,
                    float overlap, float reach, bool by_concept) {
  const auto pairs = assign(regions.size(), objects.size(), [&](std::size_t row, std::size_t column) {
    const Region& region = found[regions[row]];
    const Object& object = objects_[objects[column]];
    if (by_concept && !same_concept(region, object.last)) return 0.0;
    const float shared = iou(grown(region.box, reach), grown(object.motion.box(), reach));
    // Just enough still counts a little.
    return shared < overlap || shared <= 0 ? 0.0 : static_cast<double>(shared - overlap) + 1e-6;
  });
  std::vector<std::size_t> regions_left;
  std::vector<bool> is_taken(objects.size());
  for (std::size_t row = 0; row < regions.size(); ++row) {
    if (!pairs[row]) {
      regions_left.push_back(regions[row]);
      continue;
    }
    is_taken[*pairs[row]] = true;
    Object& object = objects_[objects[*pairs[row]]];
    object_of_[regions[row]] = objects[*pairs[row]];
    object.motion.correct(found[regions[row]].box);
    object.last = found[regions[row]];
    object.unseen = 0;
    ++object.seen;
  }
  std::vector<std::size_t> objects_left;
  for (std::size_t column = 0; column < objects.size(); ++column)
    if (!is_taken[column]) objects_left.push_back(objects[column]);
  regions = std::move(regions_left);
  objects = std::move(objects_left);
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
  std::vector<std::size_t> left(objects_.size());
  for (std::size_t i = 0; i < left.size(); ++i) left[i] = i;
  match(found, sure, left, settings.overlap, 0, settings.by_concept);
  if (settings.reach > 0) match(found, sure, left, settings.overlap, settings.reach, settings.by_concept);
  // A doubtful region is no reason to find again what was lost.
  std::vector<std::size_t> seen_last;
  std::copy_if(left.begin(), left.end(), std::back_inserter(seen_last),
               [&](std::size_t i) { return objects_[i].unseen == 0; });
  match(found, doubtful, seen_last, std::max(settings.overlap, 0.5f), 0, settings.by_concept);
  for (const std::size_t i : left) {
    const bool found_now = std::find(object_of_.begin(), object_of_.end(), i) != object_of_.end();
    if (found_now) continue;
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
  std::erase_if(objects_, [&](const Object& object) { return object.unseen > settings.patience; });
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
  std::erase_if(objects_, [&](const Object& object) { return object.unseen > settings.patience; });
  return given;
}

}  // namespace workflow
