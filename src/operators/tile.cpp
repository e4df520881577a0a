#include "workflow/operators/tile.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdint>

namespace workflow {
namespace {

// The fewest tiles along one side that overlap enough.
int count_along(int length, int size, int overlap) {
  const int step = size - overlap;
  return length <= size ? 1 : (length - overlap + step - 1) / step;
}

// Where they begin, spread evenly from edge to edge.
std::vector<int> starts(int length, int size, int overlap) {
  const int count = count_along(length, size, overlap);
  if (count == 1) return {0};
  std::vector<int> starts;
  for (int i = 0; i < count; ++i)
    starts.push_back(static_cast<int>(std::lround(static_cast<double>(length - size) * i / (count - 1))));
  return starts;
}

}  // namespace

void Tile::check() const {
  if (largest_object >= size)
    throw Error(ErrorCode::InvalidSetting, kind, fmt::format("largest_object: wanted below size ({}), got {}", size, largest_object));
}

std::vector<Image> Tile::operator()(const Image& image) const {
  if (image.empty()) throw Error(ErrorCode::InvalidValue, kind, "wanted an image, got an empty one");
  constexpr std::int64_t most = 10'000;
  const std::int64_t count =
      std::int64_t{count_along(image.width(), size, largest_object)} * count_along(image.height(), size, largest_object);
  if (count > most)
    throw Error(ErrorCode::InvalidValue, kind,
                fmt::format("wanted an image of at most {} tiles, got one of {} x {} pixels, which takes {}; choose a larger size or a "
                            "smaller largest_object",
                            most, image.width(), image.height(), count));
  const auto width = static_cast<float>(image.width());
  const auto height = static_cast<float>(image.height());
  const auto side = static_cast<float>(size);
  std::vector<Image> tiles;
  for (const int y : starts(image.height(), size, largest_object))
    for (const int x : starts(image.width(), size, largest_object)) {
      const auto left = static_cast<float>(x);
      const auto top = static_cast<float>(y);
      tiles.push_back(image.crop(Box{left / width, top / height, (left + side) / width, (top + side) / height}.clipped()));
    }
  return tiles;
}

}  // namespace workflow
