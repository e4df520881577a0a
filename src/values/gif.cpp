#include "values/gif.h"

#include <array>
#include <stdexcept>
#include <vector>

namespace workflow {
namespace {

constexpr int max_codes = 4096;

// Joins a chain of length-prefixed blocks; `at` comes to stand behind its terminator.
std::vector<std::uint8_t> joined_blocks(ByteView file, std::size_t& at) {
  std::vector<std::uint8_t> joined;
  while (const std::size_t length = file.u8(at)) {
    const auto block = file.part(at + 1, length).bytes();
    joined.insert(joined.end(), block.begin(), block.end());
    at += 1 + length;
  }
  ++at;
  return joined;
}

// Reads codes of a growing number of bits, the lowest bits first.
class CodeReader {
 public:
  explicit CodeReader(ByteView data) : data_(data) {}

  std::uint32_t next(int bits) {
    while (have_ < bits) {
      pool_ |= data_.u8(at_++) << static_cast<unsigned>(have_);
      have_ += 8;
    }
    const std::uint32_t code = pool_ & ((1U << static_cast<unsigned>(bits)) - 1);
    pool_ >>= static_cast<unsigned>(bits);
    have_ -= bits;
    return code;
  }

 private:
  ByteView data_;
  std::size_t at_ = 0;
  std::uint32_t pool_ = 0;
  int have_ = 0;
};

// Colour indices of `count` pixels.
std::vector<std::uint8_t> unpacked(ByteView data, int smallest_bits, std::size_t count) {
  const std::uint32_t clear = 1U << static_cast<unsigned>(smallest_bits);
  const std::uint32_t end = clear + 1;
  constexpr std::uint32_t none = max_codes;
  std::array<std::uint16_t, max_codes> prefix{};
  std::array<std::uint8_t, max_codes> last{};
  std::array<std::uint8_t, max_codes> chain{};
  for (std::uint32_t i = 0; i < clear; ++i) last[i] = static_cast<std::uint8_t>(i);

  std::vector<std::uint8_t> pixels;
  pixels.reserve(count);
  CodeReader codes(data);
  int bits = smallest_bits + 1;
  std::uint32_t next = end + 1;
  std::uint32_t previous = none;
  std::uint8_t first = 0;
  while (pixels.size() < count) {
    const std::uint32_t code = codes.next(bits);
    if (code == end) throw ByteView::PastEnd();
    if (code == clear) {
      bits = smallest_bits + 1;
      next = end + 1;
      previous = none;
      continue;
    }
    if (code > next || (previous == none && code >= clear)) throw std::runtime_error("a GIF whose LZW codes are wrong");
    std::size_t length = 0;
    std::uint32_t walk = code;
    if (code == next) {
      // The code that this very step defines: the previous string and its own first pixel.
      chain[length++] = first;
      walk = previous;
    }
    for (; walk >= clear && length + 1 < chain.size(); walk = prefix[walk]) chain[length++] = last[walk];
    first = last[walk];
    chain[length++] = first;
    while (length > 0 && pixels.size() < count) pixels.push_back(chain[--length]);
    if (previous != none && next < max_codes) {
      prefix[next] = static_cast<std::uint16_t>(previous);
      last[next] = first;
      ++next;
      if (next == 1U << static_cast<unsigned>(bits) && bits < 12) ++bits;
    }
    previous = code;
  }
  return pixels;
}

ByteView colour_table(ByteView file, std::uint32_t flags, std::size_t& at) {
  if (!(flags & 0x80U)) return {};
  const std::size_t length = 3 * (std::size_t{2} << (flags & 7U));
  const ByteView table = file.part(at, length);
  at += length;
  return table;
}

// The file's rows in the order that they are stored, where they are interlaced.
std::vector<std::size_t> row_order(std::size_t height, bool interlaced) {
  std::vector<std::size_t> order;
  if (!interlaced) {
    for (std::size_t y = 0; y < height; ++y) order.push_back(y);
    return order;
  }
  constexpr std::array<std::array<std::size_t, 2>, 4> passes{{{0, 8}, {4, 8}, {2, 4}, {1, 2}}};
  for (const auto& [start, step] : passes) {
    for (std::size_t y = start; y < height; y += step) order.push_back(y);
  }
  return order;
}

}  // namespace

Image first_gif_frame(ByteView file) {
  const std::size_t width = file.u16le(6);
  const std::size_t height = file.u16le(8);
  if (width == 0 || height == 0) throw std::runtime_error("a GIF without a size");
  std::size_t at = 13;
  ByteView colours = colour_table(file, file.u8(10), at);
  int transparent = -1;
  for (; file.u8(at) != ',';) {
    if (file.u8(at) != '!') throw std::runtime_error("a GIF without a picture");
    const bool is_control = file.u8(at + 1) == 0xF9;
    at += 2;
    const auto extension = joined_blocks(file, at);
    if (is_control && extension.size() >= 4) transparent = (extension[0] & 1U) ? extension[3] : -1;
  }
  const std::size_t left = file.u16le(at + 1);
  const std::size_t top = file.u16le(at + 3);
  const std::size_t frame_width = file.u16le(at + 5);
  const std::size_t frame_height = file.u16le(at + 7);
  const std::uint32_t flags = file.u8(at + 9);
  at += 10;
  if (const ByteView own = colour_table(file, flags, at); own.size() > 0) colours = own;
  const int bits = static_cast<int>(file.u8(at++));
  if (bits < 1 || bits > 8) throw std::runtime_error("a GIF whose LZW codes are wrong");
  if (left + frame_width > width || top + frame_height > height)
    throw std::runtime_error("a GIF whose frame is off its canvas");

  const auto packed = joined_blocks(file, at);
  const auto indices = unpacked(ByteView(packed), bits, frame_width * frame_height);
  std::vector<std::uint8_t> canvas(width * height * Image::channels);
  std::size_t read = 0;
  for (const std::size_t y : row_order(frame_height, (flags & 0x40U) != 0)) {
    std::uint8_t* pixel = canvas.data() + ((top + y) * width + left) * Image::channels;
    for (std::size_t x = 0; x < frame_width; ++x, pixel += Image::channels) {
      const std::uint8_t index = indices[read++];
      if (index == transparent) continue;
      const auto colour = colours.part(std::size_t{3} * index, 3).bytes();
      pixel[0] = colour[2];
      pixel[1] = colour[1];
      pixel[2] = colour[0];
    }
  }
  return Image::copy_of(canvas, static_cast<int>(width), static_cast<int>(height));
}

}  // namespace workflow
