#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/mapped_file.h"
#include "model/directory.h"

namespace workflow {

inline constexpr std::string_view bundle_place = "bundle";
inline constexpr const char* bundle_manifest_name = "bundle.json";
inline constexpr const char* bundle_graph_name = "graph.json";
inline constexpr std::int64_t bundle_format = 1;

/// Where a bundle keeps a model: "models/face-detector/1/".
std::string bundle_folder_of(const ModelSpec& spec);

/// The entries of a bundle's file, all of them looked at: what is here is what was bundled. Thread-safe.
class BundleReader {
 public:
  /// Throws Error: NotFound; Unreadable where an entry is not what the list of sums says, or the list not what
  /// `fingerprint` says, where that is not empty.
  BundleReader(const std::string& file, const std::string& fingerprint);

  const std::string& file() const { return file_; }
  const std::string& fingerprint() const { return fingerprint_; }
  std::shared_ptr<const MappedFile> mapped() const { return mapped_; }

  /// An entry's bytes, in the mapped file. Throws Error (Unreadable) where there is none.
  std::span<const std::byte> get(const std::string& name) const;
  std::string_view text(const std::string& name) const;
  bool has(const std::string& name) const { return entries_.contains(name); }

  /// Its models without their weights, by id and version. Throws Error: Unreadable, or as ModelSpec::from_json.
  std::vector<ModelDirectory> models() const;

 private:
  [[noreturn]] void fail(const std::string& what) const;
  void check(const std::string& name, const Json& sum) const;

  std::string file_;
  std::shared_ptr<const MappedFile> mapped_;
  std::map<std::string_view, std::span<const std::byte>, std::less<>> entries_;
  std::string fingerprint_;
};

}  // namespace workflow
