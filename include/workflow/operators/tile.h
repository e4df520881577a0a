#pragma once

#include <string_view>
#include <tuple>
#include <vector>

#include "workflow/graph/settings.h"
#include "workflow/values/image.h"

namespace workflow {

/// Cuts an image into overlapping tiles, so that a detector sees small objects at a size that it was trained on; MergeTiles
/// brings what was found back onto the image. Tiles are views, spread evenly; an image that fits into one tile is one tile.
/// @code
///   photo.then(Tile{.size = 640, .largest_object = 120}).then(find).then(MergeTiles{})
/// @endcode
/// Throws Error (InvalidValue) for an empty image, and for one that takes more than 10,000 tiles.
struct Tile {
  int size = 640;            ///< a tile's side in pixels, 16..32768
  int largest_object = 128;  ///< pixels by which tiles overlap at least, so that an object of this size stays whole in one of
                             ///< them; 0 and more, below `size`

  static constexpr std::string_view kind = "tile";
  static auto settings() {
    return std::tuple{setting("size", &Tile::size, between(16, 32768)), setting("largest_object", &Tile::largest_object, at_least(0))};
  }
  /// Throws Error (InvalidSetting) where largest_object is not below size.
  WORKFLOW_EXPORT void check() const;

  WORKFLOW_EXPORT std::vector<Image> operator()(const Image& image) const;
};

}  // namespace workflow
