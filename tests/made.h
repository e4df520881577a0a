#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "workflow/values/values.h"

// Small values that tests are made of.
namespace made {

/// A picture of one colour.
inline workflow::Image image(int width, int height, std::uint8_t grey = 128) {
  const std::vector<std::uint8_t> pixels(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3, grey);
  return workflow::Image::copy_of(pixels, width, height);
}

inline workflow::Region region(workflow::Box box, float score = 0.9f, const char* name = "thing") {
  return {.box = box, .score = score, .concepts = {{name, score}}, .points = {}};
}

/// A region of a track, or of none.
inline workflow::Region of_track(std::optional<std::int64_t> track) {
  workflow::Region made = region({0, 0, 1, 1});
  made.track = track;
  return made;
}

}  // namespace made
