#pragma once

#include <string_view>
#include <tuple>
#include <vector>

#include "workflow/graph/items.h"
#include "workflow/graph/settings.h"
#include "workflow/values/image.h"
#include "workflow/values/region.h"

namespace workflow {

/// Brings the regions found on an image's tiles back onto the image, and lets the best one stand for an object that was
/// found on several. What counts is the share of the smaller box: the half of an object that a tile's edge cut off lies
/// wholly on the object that another tile saw (as SAHI does it, arXiv 2202.06934).
struct MergeTiles {
  float overlap = 0.5f;  ///< boxes that share more than this of the smaller one are one object; 0..1

  static constexpr std::string_view kind = "merge-tiles";
  static auto settings() { return std::tuple{setting("overlap", &MergeTiles::overlap, between(0, 1))}; }

  /// `tiles[i]` is the tile that `regions[i]` was found on, `whole` the image that was cut into them.
  WORKFLOW_EXPORT std::vector<Region> operator()(Group<Region, 2> regions, Group<Image, 2> tiles, const Image& whole) const;
};

}  // namespace workflow
