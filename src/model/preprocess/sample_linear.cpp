#include "model/preprocess/sample_linear.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <vector>

namespace workflow {
namespace {

static_assert(std::endian::native == std::endian::little, "pixels are read several at once");

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

// One output column: where its two pixels start in a source row, and their weights.
struct Column {
  std::uint32_t offset;
  std::uint16_t first;
  std::uint16_t second;
};

// The output columns that see the image at all; those before `fast_end` may read 8 bytes at their offset.
struct Columns {
  std::vector<Column> list;
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

// Blends two pixels (6 of the 8 bytes) at once: the products of three channels lie side by side in one 64-bit number, 19
// bits each. What is kept is the sum without its lowest 4 bits.
void blend_pixels(std::uint64_t bytes, const Column& column, std::int16_t* to, const std::array<std::size_t, 3>& offsets) {
  const auto spread = [](std::uint64_t pixel) {
    return (pixel & 0xFFU) | (pixel & 0xFF00U) << 13U | (pixel & 0xFF0000U) << 26U;
  };
  const std::uint64_t sum = spread(bytes) * column.first + spread(bytes >> 24U) * column.second;
  to[offsets[0]] = static_cast<std::int16_t>(sum >> 4U & 0x7FFFU);
  to[offsets[1]] = static_cast<std::int16_t>(sum >> 25U & 0x7FFFU);
  to[offsets[2]] = static_cast<std::int16_t>(sum >> 46U & 0x7FFFU);
}

void blend_columns(const std::uint8_t* row, std::size_t row_bytes, const Columns& columns, const InputTensor& input,
                   std::int16_t* to) {
  const std::array<std::size_t, 3> offsets{input.position(0, 0), input.position(0, 1), input.position(0, 2)};
  const std::size_t step = input.position(1, 0) - input.position(0, 0);
  const Column* column = columns.list.data();
  to += static_cast<std::size_t>(columns.begin) * step;
  for (int x = columns.begin; x < columns.fast_end; ++x, ++column, to += step) {
    std::uint64_t bytes;
    std::memcpy(&bytes, row + column->offset, sizeof bytes);
    blend_pixels(bytes, *column, to, offsets);
  }
  for (int x = columns.fast_end; x < columns.end; ++x, ++column, to += step) {
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, row + column->offset, std::min<std::size_t>(2 * pixel_bytes, row_bytes - column->offset));
    blend_pixels(bytes, *column, to, offsets);
  }
}

// The two source rows that the present output row lies between, already sampled along x. Neighbours differ in parity, so
// each has its own place.
struct RowBuffer {
  Columns columns;
  std::vector<std::int16_t> black;
  std::array<std::vector<std::int16_t>, 2> rows;
  std::array<std::int64_t, 2> held{-1, -1};

  void reset(std::size_t values) {
    black.assign(values, 0);
    for (auto& row : rows) row.assign(values, 0);
    held = {-1, -1};
  }
};

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
      blend_columns(image.row(static_cast<int>(row)), row_bytes, buffer.columns, input, buffer.rows[place].data());
      buffer.held[place] = row;
    }
    return buffer.rows[place].data();
  };

  for (int y = 0; y < input.height(); ++y) {
    const Taps taps = taps_at(y, step);
    const std::int64_t upper = source_row(taps.index);
    const std::int64_t lower = source_row(taps.index + 1);
    if (is_black(upper) && is_black(lower)) {
      input.write_black(y);
    } else {
      const std::int16_t* upper_values = sampled(upper);
      input.write_blend(y, upper_values, sampled(lower), taps.first, taps.second);
    }
  }
}

}  // namespace workflow
