#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace workflow {

/// A file's bytes, mapped read only: nothing is read before it is looked at. Thread-safe, as it never changes.
/// A file that somebody shortens while it is mapped ends the process when its lost part is read; the library itself
/// therefore only ever replaces files (see AtomicFile).
class MappedFile {
 public:
  /// Throws Error: NotFound where there is no such file, Unreadable where it cannot be opened or is no regular file.
  /// `place` begins the message: the reader's name.
  MappedFile(const std::string& file, std::string_view place);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  std::span<const std::byte> bytes() const { return bytes_; }
  std::string_view text() const { return {reinterpret_cast<const char*>(bytes_.data()), bytes_.size()}; }

 private:
  std::span<const std::byte> bytes_;
};

}  // namespace workflow
