#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/directory.h"

namespace workflow {

/// A folder of models that somebody owns: <id>/<version>/. Reading takes no lock, as every change is one rename; those who
/// change it take turns, also across processes, by a lock on <folder>/.lock. Thread-safe.
class OwnFolder {
 public:
  explicit OwnFolder(std::string folder) : folder_(std::move(folder)) {}

  const std::string& path() const { return folder_; }

  /// Every version that is whole, without weights, sorted by id, then by version. A broken one is told to the log sink.
  std::vector<ModelDirectory> all() const;

  /// The version that a person made the latest; none where it is simply the highest.
  std::optional<int> pinned(std::string_view id) const;

  /// Writes the model as the version after all that there are or ever were here, and after `at_least`; it becomes the
  /// latest. Gives the spec as it was saved. Throws Error (Failed) where the disk refuses, and leaves nothing behind then.
  ModelSpec save(ModelDirectory model, int at_least) const;

  /// Another name for all versions of a model. Throws Error (InvalidSetting) where the new name is taken.
  void rename(const std::string& id, const std::string& to) const;

  /// Takes one version away, or all of them where the version is 0. Whoever has it loaded keeps it.
  void remove(const std::string& id, int version) const;

  /// Lets `change` have a version's spec and writes what it made of it.
  void edit(const ModelDirectory& model, const std::function<void(ModelSpec&)>& change) const;

  void pin(const std::string& id, int version) const;

 private:
  int last_given(const std::string& id) const;

  std::string folder_;
};

}  // namespace workflow
