#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <unordered_map>

namespace workflow {

/// Something about each track, of the 4,096 that were asked for last: what steps below Track remember. One thread at a time.
template <class Value>
class TrackMemory {
 public:
  static constexpr std::size_t most = 4096;

  /// Of a track that was not asked for lately, a fresh one.
  Value& of(std::int64_t track) {
    const auto found = known_.find(track);
    if (found == known_.end() && known_.size() == most)
      known_.erase(std::min_element(known_.begin(), known_.end(),
                                    [](const auto& a, const auto& b) { return a.second.asked < b.second.asked; }));
    Known& known = found == known_.end() ? known_[track] : found->second;
    known.asked = ++time_;
    return known.value;
  }

 private:
  struct Known {
    Value value = {};
    std::uint64_t asked = 0;
  };
  std::unordered_map<std::int64_t, Known> known_;
  std::uint64_t time_ = 0;
};

}  // namespace workflow
