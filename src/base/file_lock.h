#pragma once

#include <string>

namespace workflow {

/// A turn taken among threads and processes: waits until nobody else holds the file's lock, and lets go at its end, also
/// when the process dies. The file is made where it is missing, and stays.
class FileLock {
 public:
  /// Throws Error (Failed) with `place` where the file cannot be opened or locked.
  FileLock(const std::string& file, const std::string& place);
  ~FileLock();
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

 private:
  int descriptor_;
};

}  // namespace workflow
