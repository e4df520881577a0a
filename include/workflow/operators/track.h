#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <tuple>
#include <vector>

#include "workflow/graph/items.h"
#include "workflow/graph/settings.h"
#include "workflow/values/image.h"
#include "workflow/values/place.h"
#include "workflow/values/region.h"

namespace workflow {

class Tracker;

/// What Track keeps of one source: at most 1,000 objects.
struct TrackState {
  std::shared_ptr<Tracker> tracker = {};
};

/// Follows objects from frame to frame and tells which is which: `Region::track` is the same number on every frame, from 1
/// up, new for each run. What belongs to no track goes no further. Frames must come in their order, as from `video()`, and
/// regions must be those of whole frames: MergeTiles brings those of tiles back onto them.
/// @code
///   frame.then(find_faces).then(Track{}).named("faces")
///
///   auto looked_at = frame.then(Redetect{.every = 5}).then(find_faces);   // the detector runs on every fifth frame
///   auto faces = frame.then(Track{}, looked_at).named("faces");           // and between them boxes move on as they moved
/// @endcode
/// Each object has a Kalman filter; regions are given to objects by the Hungarian method on intersection over union (SORT,
/// arXiv 1602.00763), sure ones first, then doubtful ones to objects that found none, and new objects after those that are
/// confirmed (ByteTrack, arXiv 2110.06864). Of several that overlap enough, height and score tell who is before whom
/// (Hybrid-SORT, arXiv 2308.00783); who was lost is looked for where it was last seen, too (OC-SORT, arXiv 2203.14360).
struct Track {
  float high = 0.5f;  ///< regions of at least this score are sure: they may begin a track; 0..1
  float low = 0.1f;   ///< regions from here up to `high` only carry on a track, the others are dropped; 0..1, at most high
  float overlap = 0.2f;  ///< a region is an object's where it shares at least this with the expected box (intersection over
                         ///< union); 0..1, of doubtful regions at least 0.5
  float reach = 0.0f;    ///< the share of its sides by which a box is grown on each side for what `overlap` left over:
                         ///< above 0 for few frames a second or quick objects; 0..4 (C-BIoU, arXiv 2211.14317)
  int patience = 30;     ///< frames that an object may be unseen before it is forgotten; 0..100,000
  int confirm = 1;       ///< looks in a row that must have seen a new object before it is given, or it is none; 1..1,000
  bool by_concept = true;  ///< only regions of the same top concept are the same object

  static constexpr std::string_view kind = "track";
  static constexpr std::size_t most = 1000;  ///< regions of one frame, and objects remembered

  static auto settings() {
    return std::tuple{setting("high", &Track::high, between(0, 1)),
                      setting("low", &Track::low, between(0, 1)),
                      setting("overlap", &Track::overlap, between(0, 1)),
                      setting("reach", &Track::reach, between(0, 4)),
                      setting("patience", &Track::patience, between(0, 100'000)),
                      setting("confirm", &Track::confirm, between(1, 1000)),
                      setting("by_concept", &Track::by_concept)};
  }
  /// Throws Error (InvalidSetting) where low is above high.
  WORKFLOW_EXPORT void check() const;

  using State = TrackState;
  /// The regions of one frame, perhaps none: those that belong to an object, as they were found, in their order.
  /// Throws Error (InvalidValue) for NaN, and for more than `most` regions.
  WORKFLOW_EXPORT std::vector<Region> operator()(Group<Region> found, TrackState& state) const;

  /// The same with the frames themselves: where nothing looked for regions (null), each object that was seen last time is
  /// given where it should be by now, in the order of their numbers.
  WORKFLOW_EXPORT std::vector<Region> operator()(const Image& frame, const Group<Region>* found, TrackState& state) const;
};

}  // namespace workflow
