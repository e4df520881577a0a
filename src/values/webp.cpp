#include "values/webp.h"

namespace workflow {
namespace {

// The next chunk of this name at or after `at`; chunks are padded to even lengths.
std::optional<ByteView> find_chunk(ByteView file, std::string_view name, std::size_t at) {
  while (at + 8 <= file.size()) {
    const std::size_t length = file.u32le(at + 4);
    if (file.has(name, at)) return file.part(at + 8, length);
    at += 8 + length + length % 2;
  }
  return std::nullopt;
}

void append(std::vector<std::uint8_t>& file, std::string_view text) { file.insert(file.end(), text.begin(), text.end()); }

void append_u32(std::vector<std::uint8_t>& file, std::size_t value) {
  for (unsigned shift = 0; shift < 32; shift += 8) file.push_back(static_cast<std::uint8_t>(value >> shift));
}

std::vector<std::uint8_t> still_webp(std::string_view name, ByteView data) {
  std::vector<std::uint8_t> file;
  const std::size_t padding = data.size() % 2;
  append(file, "RIFF");
  append_u32(file, 12 + data.size() + padding);
  append(file, "WEBP");
  append(file, name);
  append_u32(file, data.size());
  file.insert(file.end(), data.bytes().begin(), data.bytes().end());
  file.resize(file.size() + padding);
  return file;
}

constexpr std::size_t first_chunk = 12;

}  // namespace

std::optional<WebPFrame> first_webp_frame(ByteView file) {
  const auto frame = find_chunk(file, "ANMF", first_chunk);
  if (!frame) return std::nullopt;
  constexpr std::size_t frame_header = 16;
  WebPFrame first;
  first.left = static_cast<int>(2 * frame->u24le(0));
  first.top = static_cast<int>(2 * frame->u24le(3));
  for (const std::string_view name : {"VP8 ", "VP8L"}) {
    if (const auto data = find_chunk(*frame, name, frame_header)) first.file = still_webp(name, *data);
  }
  return first;
}

int webp_orientation(ByteView file) {
  const auto chunk = find_chunk(file, "EXIF", first_chunk);
  if (!chunk) return 1;
  constexpr std::uint32_t orientation_tag = 0x0112;
  try {
    const std::size_t start = chunk->has("Exif") ? 6 : 0;
    const ByteView exif = chunk->part(start, chunk->size() - start);
    const bool is_big_endian = exif.has("MM");
    const auto u16 = [&](std::size_t at) { return is_big_endian ? exif.u16be(at) : exif.u16le(at); };
    const std::size_t directory = is_big_endian ? exif.u32be(4) : exif.u32le(4);
    for (std::size_t i = 0; i < u16(directory); ++i) {
      const std::size_t entry = directory + 2 + 12 * i;
      const std::uint32_t value = u16(entry + 8);
      if (u16(entry) == orientation_tag && value >= 1 && value <= 8) return static_cast<int>(value);
    }
  } catch (const ByteView::PastEnd&) {
    // Broken metadata is no reason to refuse the picture: OpenCV takes a JPEG with such EXIF as it lies, too.
  }
  return 1;
}

}  // namespace workflow
