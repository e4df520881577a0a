#include "values/picture_header.h"

#include <algorithm>
#include <cctype>
#include <cstring>
#include <stdexcept>

using namespace std::string_view_literals;

namespace workflow {
namespace {

std::size_t next_marker(ByteView file, std::size_t at) {
  // Inside a scan FF 00 is a stuffed byte and FF D0..D7 a restart; FF FF is fill.
  for (;;) {
    const auto rest = file.part(at, file.size() - at).bytes();
    const void* found = rest.empty() ? nullptr : std::memchr(rest.data(), 0xFF, rest.size());
    if (!found) throw ByteView::PastEnd();
    at += static_cast<std::size_t>(static_cast<const std::uint8_t*>(found) - rest.data());
    const std::uint32_t code = file.u8(at + 1);
    if (code == 0xFF) {
      ++at;
    } else if (code == 0x00 || (code >= 0xD0 && code <= 0xD7)) {
      at += 2;
    } else {
      return at;
    }
  }
}

PictureHeader read_jpeg(ByteView file) {
  // A progressive file may name thousands of scans, each of which costs a pass over the whole picture.
  constexpr int most_scans = 500;
  constexpr std::uint32_t end_of_image = 0xD9;
  constexpr std::uint32_t start_of_scan = 0xDA;
  PictureHeader header;
  int scans = 0;
  for (std::size_t at = next_marker(file, 2);; at = next_marker(file, at)) {
    const std::uint32_t code = file.u8(at + 1);
    if (code == end_of_image) break;
    if (code == 0x01 || code == 0xD8) {
      at += 2;
      continue;
    }
    const std::size_t length = file.u16be(at + 2);
    if (length < 2) throw std::runtime_error("a JPEG segment shorter than its own length field");
    const bool is_frame = code >= 0xC0 && code <= 0xCF && code != 0xC4 && code != 0xC8 && code != 0xCC;
    if (is_frame) header = {file.u16be(at + 7), file.u16be(at + 5)};
    if (code == start_of_scan && ++scans > most_scans) throw std::runtime_error("a JPEG of more than 500 scans");
    at += 2 + length;
  }
  if (scans == 0) throw std::runtime_error("a JPEG without a scan");
  return header;
}

PictureHeader read_png(ByteView file) {
  if (file.size() >= 16 && !file.has("IHDR", 12)) throw std::runtime_error("a PNG without its header");
  const PictureHeader header{file.u32be(16), file.u32be(20)};
  bool has_pixels = false;
  for (std::size_t at = 8;;) {
    const std::size_t length = file.u32be(at);
    const std::size_t whole = length + 12;
    if (file.part(at, whole).has("IEND", 4)) break;
    has_pixels = has_pixels || file.has("IDAT", at + 4);
    at += whole;
  }
  if (!has_pixels) throw std::runtime_error("a PNG without pixels");
  return header;
}

PictureHeader read_webp(ByteView file) {
  file.part(8, file.u32le(4));
  if (file.has("VP8X", 12)) return {file.u24le(24) + 1ULL, file.u24le(27) + 1ULL};
  if (file.has("VP8L", 12)) {
    const std::uint32_t sides = file.u32le(21);
    return {(sides & 0x3FFFU) + 1, (sides >> 14U & 0x3FFFU) + 1};
  }
  return {file.u16le(26) & 0x3FFFU, file.u16le(28) & 0x3FFFU};
}

PictureHeader read_bmp(ByteView file) {
  const std::uint32_t info_size = file.u32le(14);
  if (info_size < 16) return {file.u16le(18), file.u16le(20)};
  const auto magnitude = [](std::uint32_t side) { return side > 0x7FFFFFFFU ? 0x100000000ULL - side : side; };
  const PictureHeader header{magnitude(file.u32le(18)), magnitude(file.u32le(22))};
  const std::uint64_t bits = file.u16le(28);
  const std::uint32_t compression = file.u32le(30);
  if (compression == 0 && header.width < 1U << 20U && header.height < 1U << 20U) {
    const std::uint64_t row_bytes = (header.width * bits + 31) / 32 * 4;
    file.part(file.u32le(10), row_bytes * header.height);
  }
  return header;
}

// An entry of a TIFF's directory: numbers of 16 or 32 bits, in place where they fit into 4 bytes.
class TiffField {
 public:
  TiffField() = default;
  TiffField(ByteView file, std::size_t entry, bool is_big_endian) : file_(file), is_big_endian_(is_big_endian) {
    constexpr std::uint32_t short_type = 3;
    is_short_ = u16(entry + 2) == short_type;
    count_ = u32(entry + 4);
    const std::size_t bytes = count_ * item_bytes();
    at_ = bytes <= 4 ? entry + 8 : u32(entry + 8);
    file.part(at_, bytes);
  }

  std::size_t count() const { return count_; }
  std::size_t operator[](std::size_t i) const { return is_short_ ? u16(at_ + 2 * i) : u32(at_ + 4 * i); }

 private:
  std::size_t item_bytes() const { return is_short_ ? 2 : 4; }
  std::uint32_t u16(std::size_t at) const { return is_big_endian_ ? file_.u16be(at) : file_.u16le(at); }
  std::uint32_t u32(std::size_t at) const { return is_big_endian_ ? file_.u32be(at) : file_.u32le(at); }

  ByteView file_;
  bool is_big_endian_ = false;
  bool is_short_ = false;
  std::size_t count_ = 0;
  std::size_t at_ = 0;
};

PictureHeader read_tiff(ByteView file) {
  const bool is_big_endian = file.has("MM");
  const std::size_t directory = is_big_endian ? file.u32be(4) : file.u32le(4);
  const std::size_t entries = is_big_endian ? file.u16be(directory) : file.u16le(directory);
  PictureHeader header;
  TiffField offsets;
  TiffField lengths;
  for (std::size_t i = 0; i < entries; ++i) {
    const std::size_t entry = directory + 2 + 12 * i;
    switch (is_big_endian ? file.u16be(entry) : file.u16le(entry)) {
      case 256:
        header.width = TiffField(file, entry, is_big_endian)[0];
        break;
      case 257:
        header.height = TiffField(file, entry, is_big_endian)[0];
        break;
      case 273:  // of strips
      case 324:  // of tiles
        offsets = TiffField(file, entry, is_big_endian);
        break;
      case 279:
      case 325:
        lengths = TiffField(file, entry, is_big_endian);
        break;
      default:
        break;
    }
  }
  for (std::size_t i = 0; i < std::min(offsets.count(), lengths.count()); ++i) file.part(offsets[i], lengths[i]);
  return header;
}

PictureHeader read_pnm(ByteView file) {
  std::size_t at = 2;
  const auto number = [&] {
    for (; std::isspace(static_cast<int>(file.u8(at))) || file.u8(at) == '#'; ++at) {
      if (file.u8(at) != '#') continue;
      while (file.u8(at) != '\n') ++at;
    }
    std::uint64_t value = 0;
    std::size_t digits = 0;
    for (; std::isdigit(static_cast<int>(file.u8(at))); ++at, ++digits) value = value * 10 + file.u8(at) - '0';
    if (digits == 0 || digits > 9) throw std::runtime_error("a PNM header without its numbers");
    return value;
  };
  PictureHeader header;
  header.width = number();
  header.height = number();
  const char kind = static_cast<char>(file.u8(1));
  const std::uint64_t largest = kind == '1' || kind == '4' ? 1 : number();
  if (header.width >= 1U << 20U || header.height >= 1U << 20U) return header;
  const std::uint64_t sample_bytes = largest > 255 ? 2 : 1;
  if (kind == '4') file.part(at + 1, (header.width + 7) / 8 * header.height);
  if (kind == '5') file.part(at + 1, header.width * header.height * sample_bytes);
  if (kind == '6') file.part(at + 1, header.width * header.height * 3 * sample_bytes);
  return header;
}

}  // namespace

PictureFormat picture_format(ByteView file) {
  if (file.has("\xFF\xD8\xFF")) return PictureFormat::Jpeg;
  if (file.has("\x89PNG\r\n\x1A\n")) return PictureFormat::Png;
  if (file.has("GIF87a") || file.has("GIF89a")) return PictureFormat::Gif;
  if (file.has("RIFF") && file.has("WEBP", 8)) return PictureFormat::WebP;
  if (file.has("II*\0"sv) || file.has("MM\0*"sv)) return PictureFormat::Tiff;
  if (file.has("BM")) return PictureFormat::Bmp;
  const bool is_pnm = file.size() > 2 && file.has("P") && file.u8(1) >= '1' && file.u8(1) <= '6';
  return is_pnm ? PictureFormat::Pnm : PictureFormat::Unknown;
}

PictureHeader read_picture_header(ByteView file, PictureFormat format) {
  switch (format) {
    case PictureFormat::Jpeg:
      return read_jpeg(file);
    case PictureFormat::Png:
      return read_png(file);
    case PictureFormat::WebP:
      return read_webp(file);
    case PictureFormat::Bmp:
      return read_bmp(file);
    case PictureFormat::Tiff:
      return read_tiff(file);
    case PictureFormat::Pnm:
      return read_pnm(file);
    case PictureFormat::Gif:
      return {file.u16le(6), file.u16le(8)};
    case PictureFormat::Unknown:
      break;
  }
  throw std::runtime_error("no picture format");
}

}  // namespace workflow
