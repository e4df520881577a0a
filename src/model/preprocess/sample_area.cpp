#include "model/preprocess/sample_area.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "model/preprocess/row_loops.h"

namespace workflow {
namespace {

struct Tap {
  int index;  // of the image, not of the padded picture
  float weight;
};

// The taps of all positions along one axis, those of position i from start[i] to start[i + 1].
struct Axis {
  std::vector<Tap> taps;
  std::vector<std::size_t> start;
};

// `offset` is where the image begins on the padded picture; taps outside of the image are black and left out.
void fill_axis(std::int64_t picture_side, int input_side, std::int64_t offset, int image_side, Axis& axis) {
  const double step = sampling_step(picture_side, input_side);
  axis.taps.clear();
  axis.start.assign(1, 0);
  const auto add = [&](std::int64_t index, double weight) {
    const std::int64_t source = std::clamp<std::int64_t>(index, 0, picture_side - 1) - offset;
    if (source < 0 || source >= image_side || weight <= 0) return;
    axis.taps.push_back({static_cast<int>(source), static_cast<float>(weight)});
  };
  for (int position = 0; position < input_side; ++position) {
    if (step <= 1) {
      const double centre = (position + 0.5) * step - 0.5;
      const double whole = std::floor(centre);
      add(static_cast<std::int64_t>(whole), 1 - (centre - whole));
      add(static_cast<std::int64_t>(whole) + 1, centre - whole);
    } else {
      const double low = position * step;
      const double high = std::min(low + step, static_cast<double>(picture_side));
      // Only the part on the image is walked: the padding can be far larger.
      const auto first = std::max(static_cast<std::int64_t>(low), offset);
      const auto last = std::min(static_cast<std::int64_t>(std::ceil(high)), offset + image_side);
      for (std::int64_t i = first; i < last; ++i) {
        const double covered = std::min(high, static_cast<double>(i + 1)) - std::max(low, static_cast<double>(i));
        if (covered > 1e-6) add(i, covered / (high - low));
      }
    }
    axis.start.push_back(axis.taps.size());
  }
}

struct Buffer {
  Axis across;
  Axis down;
  std::vector<float> sums;
  std::vector<std::uint8_t> levels;
};

}  // namespace

void sample_area(const Image& image, const PaddedPicture& picture, InputTensor& input) {
  thread_local Buffer buffer;
  fill_axis(picture.width, input.width(), picture.left, image.width(), buffer.across);
  fill_axis(picture.height, input.height(), picture.top, image.height(), buffer.down);
  const std::size_t row_values = static_cast<std::size_t>(image.width()) * Image::channels;
  buffer.levels.resize(input.row_values());
  const std::size_t blue_at = input.is_rgb() ? 2 : 0;
  const auto cut_off = [](float level) { return static_cast<std::uint8_t>(std::min(level, 255.0f)); };

  for (int y = 0; y < input.height(); ++y) {
    const auto line = static_cast<std::size_t>(y);
    const std::size_t begin = buffer.down.start[line];
    const std::size_t end = buffer.down.start[line + 1];
    if (begin == end) {
      input.write_black(y);
      continue;
    }
    buffer.sums.assign(row_values, 0.0f);
    for (std::size_t i = begin; i < end; ++i) {
      const Tap& tap = buffer.down.taps[i];
      add_weighted(image.row(tap.index), tap.weight, buffer.sums.data(), row_values);
    }
    for (int x = 0; x < input.width(); ++x) {
      const auto column = static_cast<std::size_t>(x);
      // The half makes of cutting off a rounding.
      float blue = 0.5f;
      float green = 0.5f;
      float red = 0.5f;
      for (std::size_t i = buffer.across.start[column]; i < buffer.across.start[column + 1]; ++i) {
        const Tap& tap = buffer.across.taps[i];
        const float* pixel = &buffer.sums[static_cast<std::size_t>(tap.index) * Image::channels];
        blue += tap.weight * pixel[0];
        green += tap.weight * pixel[1];
        red += tap.weight * pixel[2];
      }
      std::uint8_t* level = &buffer.levels[column * InputTensor::pixel_values];
      level[blue_at] = cut_off(blue);
      level[1] = cut_off(green);
      level[2 - blue_at] = cut_off(red);
    }
    input.write_row(y, buffer.levels.data());
  }
}

}  // namespace workflow
