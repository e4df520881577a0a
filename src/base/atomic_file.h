#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace workflow {

/// A file that is written aside, in the same folder, and takes its name only when it is whole: a reader never sees half
/// of it, and a crash leaves the old one. Without commit() the destructor removes what was written.
/// @code
///   AtomicFile out(path, "safetensors");
///   out.write(text);
///   out.commit();
/// @endcode
/// Every call throws Error (Failed) with `place`, the file and the system's reason. One thread at a time.
class AtomicFile {
 public:
  AtomicFile(std::string file, std::string place);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  void write(std::span<const std::byte> bytes);
  void write(std::string_view text) { write(std::as_bytes(std::span(text))); }

  /// Brings the bytes to the disk and gives the file its name, in place of what had it before.
  void commit();

 private:
  [[noreturn]] void fail(std::string_view doing) const;

  std::string file_;
  std::string place_;
  std::string aside_;
  int descriptor_ = -1;
};

}  // namespace workflow
