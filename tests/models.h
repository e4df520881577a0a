#pragma once

// Where the tests find weights, golden outputs and photos; none of them is part of the repository.

#include <cstdlib>
#include <filesystem>
#include <string>

#include "catalogue/import.h"
#include "catch.h"

namespace workflow::test {

inline const std::string shared_models = WORKFLOW_SOURCE_DIR "/../shared/models";

inline bool is_there(const std::string& path) {
  if (std::filesystem::exists(path)) return true;
  WARN("skipped, as there is no " << path);
  return false;
}

/// The unpacked package @vladmandic/face-api.
inline std::string face_package() {
  const char* folder = std::getenv("WORKFLOW_NPM");
  const char* home = std::getenv("HOME");
  return (folder ? std::string(folder) : std::string(home ? home : "") + "/.cache/workflow/npm") +
         "/vladmandic-face-api-1.7.15";
}

/// A folder under the system's temporary one that goes with its owner.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "workflow-test-XXXXXX").string();
    path = mkdtemp(pattern.data());
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  std::string path;
};

/// A models folder with the face models, converted once for the whole program. Call only where face_package() is there.
inline const std::string& face_models() {
  static const TemporaryFolder folder;
  static const bool is_imported = (import_package(face_package(), folder.path), true);
  (void)is_imported;
  return folder.path;
}

}  // namespace workflow::test
