#include "workflow/operators/merge_tiles.h"

#include "workflow/values/suppression.h"

namespace workflow {

std::vector<Region> MergeTiles::operator()(Group<Region, 2> regions, Group<Image, 2> tiles, const Image& whole) const {
  std::vector<Region> moved(regions.begin(), regions.end());
  for (std::size_t i = 0; i < moved.size(); ++i) {
    const Box tile = whole.window().inner(tiles[i].window());
    moved[i].box = tile.outer(moved[i].box);
    for (Point& point : moved[i].points) point = {tile.left + point.x * tile.width(), tile.top + point.y * tile.height()};
  }
  std::vector<Region> merged;
  for (const std::size_t i : suppress(moved, overlap, true, Overlap::OfSmaller)) merged.push_back(moved[i]);
  return merged;
}

}  // namespace workflow
