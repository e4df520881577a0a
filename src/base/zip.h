#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/atomic_file.h"

namespace workflow {

/// One file in a zip archive, which holds its bytes as they are.
struct ZipEntry {
  std::string_view name;
  std::span<const std::byte> data;
  std::uint32_t crc = 0;
};

/// The entries of an archive (PKWARE APPNOTE 6.3, with its 64-bit extension), in the order of its directory. Nothing is
/// copied. Only stored entries are read: what is compressed or encrypted is refused, so nothing can unfold to more than the
/// archive's own size. Entries that overlap, lie outside, or bear one name twice are refused, too.
/// `archive` must outlive the entries. Throws Error (Unreadable) that begins with `place` and `file`.
std::vector<ZipEntry> read_zip(std::span<const std::byte> archive, const std::string& file, std::string_view place);

/// Whether an entry's bytes have the sum that the directory tells.
bool has_right_sum(const ZipEntry& entry);

/// Writes such an archive aside and renames it. Each entry begins at a multiple of 64 bytes, so that tensors in it can be
/// mapped. The same entries give the same bytes. Throws Error (Failed) where the disk refuses. One thread at a time.
class ZipWriter {
 public:
  ZipWriter(const std::string& file, const std::string& place) : out_(file, place) {}

  /// `name` is to be new, and shorter than 65,536 bytes.
  void add(const std::string& name, std::span<const std::byte> data);
  void add(const std::string& name, std::string_view text) { add(name, std::as_bytes(std::span(text))); }

  void commit();

 private:
  struct Written {
    std::string name;
    std::uint64_t size;
    std::uint64_t begin;
    std::uint32_t crc;
  };

  void write(std::string_view bytes);

  AtomicFile out_;
  std::uint64_t at_ = 0;
  std::vector<Written> entries_;
};

}  // namespace workflow
