#include "base/zip.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <optional>
#include <unordered_set>

#include "base/in_quotes.h"
#include "workflow/base/error.h"

namespace workflow {
namespace {

constexpr std::uint32_t local_sign = 0x04034b50, central_sign = 0x02014b50, end_sign = 0x06054b50, end64_sign = 0x06064b50,
                        locator_sign = 0x07064b50;
constexpr std::size_t local_size = 30, central_size = 46, end_size = 22, end64_size = 56, locator_size = 20;
constexpr std::uint64_t all_16 = 0xFFFF, all_32 = 0xFFFFFFFF;  // "look into the 64-bit field"
constexpr std::uint64_t most_entries = 1'000'000;

// Whether `length` bytes from `begin` on lie within `size`.
bool lies_in(std::uint64_t begin, std::uint64_t length, std::uint64_t size) {
  return begin <= size && length <= size - begin;
}

class Reader {
 public:
  Reader(std::span<const std::byte> bytes, const std::string& file, std::string_view place)
      : bytes_(bytes), file_(file), place_(place) {}

  std::vector<ZipEntry> read() {
    find_directory();
    std::vector<ZipEntry> entries;
    std::vector<Extent> extents;
    std::unordered_set<std::string_view> names;
    std::uint64_t at = directory_;
    for (std::uint64_t i = 0; i < count_; ++i) at = read_entry(at, entries, extents);
    if (at != directory_end_) fail("the directory is not as long as it says");
    for (const ZipEntry& entry : entries)
      if (!names.insert(entry.name).second) fail(fmt::format("entry {} stands twice", in_quotes(entry.name)));
    check_overlaps(extents);
    return entries;
  }

 private:
  struct Extent {
    std::uint64_t begin, end;
  };

  [[noreturn]] void fail(std::string_view what) const {
    throw Error(ErrorCode::Unreadable, place_, fmt::format("{}: zip: {}", in_quotes(file_), what));
  }

  // Little endian; the caller has looked that the bytes are there.
  std::uint64_t number(std::uint64_t at, int bytes) const {
    std::uint64_t value = 0;
    for (int i = 0; i < bytes; ++i)
      value |= std::to_integer<std::uint64_t>(bytes_[static_cast<std::size_t>(at) + static_cast<std::size_t>(i)]) << (8 * i);
    return value;
  }
  bool has_sign(std::uint64_t at, std::size_t size, std::uint32_t sign) const {
    return lies_in(at, size, bytes_.size()) && number(at, 4) == sign;
  }
  std::string_view text(std::uint64_t at, std::uint64_t length) const {
    return {reinterpret_cast<const char*>(bytes_.data()) + at, static_cast<std::size_t>(length)};
  }

  void find_directory() {
    const std::uint64_t size = bytes_.size();
    if (size < end_size) fail(fmt::format("wanted at least {} bytes, got {}", end_size, size));
    const std::uint64_t lowest = size - std::min<std::uint64_t>(size, end_size + all_16);
    for (std::uint64_t at = size - end_size + 1; at-- > lowest;) {
      if (number(at, 4) == end_sign && at + end_size + number(at + 20, 2) == size) return read_end(at);
    }
    fail("there is no directory at its end: is the file whole?");
  }

  void read_end(std::uint64_t at) {
    std::uint64_t disks = number(at + 4, 2) | number(at + 6, 2);
    count_ = number(at + 10, 2);
    std::uint64_t length = number(at + 12, 4);
    directory_ = number(at + 16, 4);
    std::uint64_t end = at;
    if (at >= locator_size && has_sign(at - locator_size, locator_size, locator_sign)) {
      end = number(at - locator_size + 8, 8);
      if (!has_sign(end, end64_size, end64_sign) || end > at - locator_size) fail("its 64-bit end record is broken");
      disks = number(end + 16, 4) | number(end + 20, 4);
      count_ = number(end + 32, 8);
      length = number(end + 40, 8);
      directory_ = number(end + 48, 8);
    }
    if (disks != 0) fail("it is one part of several");
    if (count_ > most_entries) fail(fmt::format("wanted at most {} entries, got {}", most_entries, count_));
    if (!lies_in(directory_, length, end)) fail("its directory lies outside the file");
    directory_end_ = directory_ + length;
  }

  std::uint64_t read_entry(std::uint64_t at, std::vector<ZipEntry>& entries, std::vector<Extent>& extents) const {
    if (!lies_in(at, central_size, directory_end_) || number(at, 4) != central_sign) fail("its directory is broken");
    const std::uint64_t name_length = number(at + 28, 2), extra_length = number(at + 30, 2),
                        note_length = number(at + 32, 2);
    const std::uint64_t next = at + central_size + name_length + extra_length + note_length;
    if (next > directory_end_) fail("its directory is cut off");
    const std::string_view name = text(at + central_size, name_length);
    const auto bad = [&](std::string_view what) { fail(fmt::format("entry {}: {}", in_quotes(name), what)); };

    if ((number(at + 8, 2) & 1U) != 0) bad("it is encrypted");
    if (number(at + 10, 2) != 0) bad("it is compressed; wanted one that is stored");
    Sizes sizes{number(at + 20, 4), number(at + 24, 4), number(at + 42, 4)};
    if (!widen(sizes, at + central_size + name_length, extra_length)) bad("its 64-bit sizes are missing");
    if (sizes.packed != sizes.plain) bad("it is stored, but of two sizes");

    const std::uint64_t local = sizes.begin;
    if (!lies_in(local, local_size, directory_) || number(local, 4) != local_sign) bad("there is no entry at its place");
    const std::uint64_t local_name = number(local + 26, 2);
    const std::uint64_t data = local + local_size + local_name + number(local + 28, 2);
    if (!lies_in(data, sizes.plain, directory_)) bad("it reaches beyond the entries' part of the file");
    if (text(local + local_size, local_name) != name) bad("it has another name at its own place");
    entries.push_back({name, bytes_.subspan(static_cast<std::size_t>(data), static_cast<std::size_t>(sizes.plain)),
                       static_cast<std::uint32_t>(number(at + 16, 4))});
    extents.push_back({local, data + sizes.plain});
    return next;
  }

  struct Sizes {
    std::uint64_t packed, plain, begin;
  };

  // Takes from the extra fields what has no place in 32 bits; false where it is not there.
  bool widen(Sizes& sizes, std::uint64_t at, std::uint64_t length) const {
    if (sizes.plain != all_32 && sizes.packed != all_32 && sizes.begin != all_32) return true;
    for (const std::uint64_t end = at + length; at + 4 <= end;) {
      const std::uint64_t id = number(at, 2), size = number(at + 2, 2);
      at += 4;
      if (size > end - at) return false;
      if (id == 1) {
        std::uint64_t left = size, from = at;
        for (std::uint64_t* field : {&sizes.plain, &sizes.packed, &sizes.begin}) {
          if (*field != all_32) continue;
          if (left < 8) return false;
          *field = number(from, 8);
          from += 8, left -= 8;
        }
        return true;
      }
      at += size;
    }
    return false;
  }

  void check_overlaps(std::vector<Extent>& extents) const {
    std::ranges::sort(extents, {}, &Extent::begin);
    for (std::size_t i = 1; i < extents.size(); ++i)
      if (extents[i].begin < extents[i - 1].end) fail("two of its entries overlap");
  }

  std::span<const std::byte> bytes_;
  const std::string& file_;
  std::string_view place_;
  std::uint64_t count_ = 0, directory_ = 0, directory_end_ = 0;
};

std::uint32_t sum_of(std::span<const std::byte> data) {
  return static_cast<std::uint32_t>(crc32_z(0, reinterpret_cast<const Bytef*>(data.data()), data.size()));
}

void put(std::string& to, std::uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) to += static_cast<char>((value >> (8 * i)) & 0xFFU);
}

constexpr std::uint64_t alignment = 64;
constexpr std::uint64_t version_needed = 45;  // the 64-bit extension
constexpr std::uint64_t utf8_names = 0x0800;
constexpr std::uint64_t first_day = 0x0021;   // 1980-01-01, the earliest that a zip can tell
constexpr std::uint64_t padding_id = 0x4246;  // as PyTorch pads its own archives

// What the local and the central header have in common.
void put_common(std::string& to, std::uint32_t crc, std::uint64_t size, std::size_t name_length, std::size_t extra_length) {
  put(to, version_needed, 2), put(to, utf8_names, 2), put(to, 0, 2), put(to, 0, 2), put(to, first_day, 2), put(to, crc, 4);
  put(to, std::min(size, all_32), 4), put(to, std::min(size, all_32), 4), put(to, name_length, 2), put(to, extra_length, 2);
}

}  // namespace

std::vector<ZipEntry> read_zip(std::span<const std::byte> archive, const std::string& file, std::string_view place) {
  return Reader(archive, file, place).read();
}

bool has_right_sum(const ZipEntry& entry) { return sum_of(entry.data) == entry.crc; }

void ZipWriter::write(std::string_view bytes) {
  out_.write(bytes);
  at_ += bytes.size();
}

void ZipWriter::add(const std::string& name, std::span<const std::byte> data) {
  const Written entry{name, data.size(), at_, sum_of(data)};
  std::string extra;
  if (entry.size >= all_32) put(extra, 1, 2), put(extra, 16, 2), put(extra, entry.size, 8), put(extra, entry.size, 8);
  const std::uint64_t unpadded = at_ + local_size + name.size() + extra.size() + 4;
  const std::uint64_t padding = (alignment - unpadded % alignment) % alignment;
  put(extra, padding_id, 2), put(extra, padding, 2);
  extra.append(static_cast<std::size_t>(padding), '\0');

  std::string header;
  put(header, local_sign, 4);
  put_common(header, entry.crc, entry.size, name.size(), extra.size());
  write(header + name + extra);
  out_.write(data);
  at_ += data.size();
  entries_.push_back(entry);
}

void ZipWriter::commit() {
  const std::uint64_t directory = at_;
  for (const Written& entry : entries_) {
    std::string extra;
    if (entry.size >= all_32) put(extra, entry.size, 8), put(extra, entry.size, 8);
    if (entry.begin >= all_32) put(extra, entry.begin, 8);
    if (!extra.empty()) {
      std::string head;
      put(head, 1, 2), put(head, extra.size(), 2);
      extra = head + extra;
    }
    std::string header;
    put(header, central_sign, 4), put(header, version_needed, 2);
    put_common(header, entry.crc, entry.size, entry.name.size(), extra.size());
    put(header, 0, 2), put(header, 0, 2), put(header, 0, 2), put(header, 0, 4);  // note, disk, attributes
    put(header, std::min(entry.begin, all_32), 4);
    write(header + entry.name + extra);
  }
  const std::uint64_t end = at_, count = entries_.size();
  const bool is_wide = count >= all_16 || directory >= all_32 || end - directory >= all_32;
  std::string tail;
  if (is_wide) {
    put(tail, end64_sign, 4), put(tail, end64_size - 12, 8), put(tail, version_needed, 2), put(tail, version_needed, 2);
    put(tail, 0, 4), put(tail, 0, 4), put(tail, count, 8), put(tail, count, 8), put(tail, end - directory, 8);
    put(tail, directory, 8);
    put(tail, locator_sign, 4), put(tail, 0, 4), put(tail, end, 8), put(tail, 1, 4);
  }
  put(tail, end_sign, 4), put(tail, 0, 4), put(tail, std::min(count, all_16), 2), put(tail, std::min(count, all_16), 2);
  put(tail, std::min(end - directory, all_32), 4), put(tail, std::min(directory, all_32), 4), put(tail, 0, 2);
  write(tail);
  out_.commit();
}

}  // namespace workflow
