#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "operators/box_motion.h"
#include "workflow/operators/track.h"

namespace workflow {

/// The objects of one source, from frame to frame. One thread at a time.
class Tracker {
 public:
  /// A frame on which somebody looked, and what was found there.
  std::vector<Region> look(std::span<const Region> found, const Track& settings);

  /// A frame on which nobody looked: where the objects should be.
  std::vector<Region> pass(const Track& settings);

 private:
  struct Object {
    std::int64_t track;
    BoxMotion motion;
    Region last;     ///< as it was last seen
    int seen = 1;    ///< on how many frames
    int unseen = 0;  ///< for how many frames; 0 between two looks of which the first saw it
  };

  /// Where an object is looked for: where it should be by now, or where it was last seen.
  enum class Where { Expected, LastSeen };
  enum class Lost { MayBeFound, OnlyClaim };  ///< what an object that was not seen last time may do

  void advance();
  void match(std::span<const Region> found, std::vector<std::size_t>& regions, std::vector<std::size_t>& objects,
             float overlap, float reach, bool by_concept, Where where = Where::Expected, Lost lost = Lost::MayBeFound);
  void see(std::size_t object, const Region& region);
  void begin(const Region& region);
  void forget(const Track& settings);

  std::vector<Object> objects_;
  std::vector<std::size_t> object_of_;  ///< of each region of the frame, `none` where it has none
  std::int64_t last_track_ = 0;
  static constexpr std::size_t none = static_cast<std::size_t>(-1);
};

}  // namespace workflow
