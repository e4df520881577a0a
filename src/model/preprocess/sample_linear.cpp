#include "model/preprocess/sample_linear.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <vector>

#include "model/preprocess/row_loops.h"

namespace workflow {
namespace {

constexpr float one = 2048.0f;
constexpr int pixel_bytes = Image::channels;

// Two neighbours along one axis of the padded picture: `index` and the next one, with weights of 11 bits.
struct Taps {
  std::int64_t index;
  std::int16_t first;
  std::int16_t second;
};

Taps taps_at(int position, double step) {
  float fraction = static_cast<float>((position + 0.5) * step - 0.5);
  const float whole = std::floor(fraction);
  fraction -= whole;
  return {static_cast<std::int64_t>(whole), static_cast<std::int16_t>(std::lrint((1.0f - fraction) * one)),
          static_cast<std::int16_t>(std::lrint(fraction * one))};
}

// The output columns that see the image at all; those before `fast_end` may read 8 bytes at their offset.
struct Columns {
  std::vector<SampledColumn> list;
  int begin = 0;
  int fast_end = 0;
  int end = 0;
};

void fill_columns(const Image& image, const PaddedPicture& picture, int count, Columns& columns) {
  const double step = sampling_step(picture.width, count);
  const std::int64_t width = image.width();
  columns.list.clear();
  columns.begin = columns.fast_end = columns.end = 0;
  for (int x = 0; x < count; ++x) {
    Taps taps = taps_at(x, step);
    // At the padded picture's own edges its last column repeats; the image's edges inside it meet black.
    if (taps.index < 0) taps = {0, 2048, 0};
    if (taps.index >= picture.width - 1) taps = {picture.width - 1, 2048, 0};
    const std::int64_t source = taps.index - picture.left;
    if (source < -1) {
      columns.begin = x + 1;
      continue;
    }
    if (source >= width) break;
    const bool is_before = source < 0;
    const std::int64_t first_pixel = is_before ? 0 : source;
    columns.list.push_back({static_cast<std::uint32_t>(first_pixel * pixel_bytes),
                            static_cast<std::uint16_t>(is_before ? taps.second : taps.first),
                            static_cast<std::uint16_t>(is_before ? 0 : taps.second)});
    columns.end = x + 1;
    if (first_pixel <= width - 3) columns.fast_end = x + 1;
  }
  columns.begin = std::min(columns.begin, columns.end);
  columns.fast_end = std::max(columns.fast_end, columns.begin);
}

void sample_row(const std::uint8_t* row, std::size_t row_bytes, const Columns& columns, bool is_rgb, std::int16_t* to) {
  constexpr std::size_t step = InputTensor::pixel_values;
  const auto fast = static_cast<std::size_t>(columns.fast_end - columns.begin);
  to += static_cast<std::size_t>(columns.begin) * step;
  blend_columns(row, columns.list.data(), fast, is_rgb, to);
  for (std::size_t i = fast; i < columns.list.size(); ++i) {
    std::array<std::uint8_t, 8> last_pixels{};
    SampledColumn column = columns.list[i];
    std::memcpy(last_pixels.data(), row + column.offset, std::min<std::size_t>(2 * pixel_bytes, row_bytes - column.offset));
    column.offset = 0;
    blend_columns(last_pixels.data(), &column, 1, is_rgb, to + i * step);
  }
}

// The two source rows that the present output row lies between, already sampled along x. Neighbours differ in parity, so
// each has its own place.
struct RowBuffer {
  Columns columns;
  std::vector<std::int16_t> black;
  std::array<std::vector<std::int16_t>, 2> rows;
  std::array<std::int64_t, 2> held{-1, -1};
  std::vector<std::uint8_t> levels;

  void reset(std::size_t values) {
    black.assign(values, 0);
    for (auto& row : rows) row.assign(values, 0);
    held = {-1, -1};
    levels.resize(values);
  }
};

// Rows of a large picture lie a page or so apart, where the processor's own prefetching begins anew: asking for a row while the
// one before is worked on takes a fifth off pictures that are not in the cache.
void ask_for(const std::uint8_t* row, std::size_t bytes) {
  constexpr std::size_t cache_line = 64;
  for (std::size_t at = 0; at < bytes; at += cache_line) __builtin_prefetch(row + at);
}

}  // namespace

void sample_linear(const Image& image, const PaddedPicture& picture, InputTensor& input) {
  thread_local RowBuffer buffer;
  fill_columns(image, picture, input.width(), buffer.columns);
  buffer.reset(input.row_values());
  const std::size_t row_bytes = static_cast<std::size_t>(image.width()) * pixel_bytes;
  const double step = sampling_step(picture.height, input.height());

  const auto source_row = [&](std::int64_t index) {
    return std::clamp<std::int64_t>(index, 0, picture.height - 1) - picture.top;
  };
  const auto is_black = [&](std::int64_t row) { return row < 0 || row >= image.height(); };
  const auto sampled = [&](std::int64_t row) -> const std::int16_t* {
    if (is_black(row)) return buffer.black.data();
    const auto place = static_cast<std::size_t>(row & 1);
    if (buffer.held[place] != row) {
      sample_row(image.row(static_cast<int>(row)), row_bytes, buffer.columns, input.is_rgb(), buffer.rows[place].data());
      buffer.held[place] = row;
    }
    return buffer.rows[place].data();
  };

  for (int y = 0; y < input.height(); ++y) {
    const Taps taps = taps_at(y, step);
    const std::int64_t upper = source_row(taps.index);
    const std::int64_t lower = source_row(taps.index + 1);
    const std::int64_t next = taps_at(y + 1, step).index;
    for (std::int64_t row = std::max(source_row(next), lower + 1); row <= source_row(next + 1); ++row)
      if (!is_black(row)) ask_for(image.row(static_cast<int>(row)), row_bytes);
    if (is_black(upper) && is_black(lower)) {
      input.write_black(y);
    } else {
      const std::int16_t* upper_values = sampled(upper);
      blend_rows({upper_values, sampled(lower), taps.first, taps.second}, buffer.levels.data(), buffer.levels.size());
      input.write_row(y, buffer.levels.data());
    }
  }
}

}  // namespace workflow
