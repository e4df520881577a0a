#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "model/directory.h"
#include "model/loaded_model.h"
#include "workflow/catalogue/catalogue.h"

namespace workflow {

/// Where a catalogue's models come from, and which of them are in memory. Thread-safe.
class Catalogue::Shelf {
 public:
  virtual ~Shelf() = default;

  /// All models and versions that are there, without weights, sorted by id, then by version.
  virtual std::vector<ModelDirectory> all() const = 0;

  /// The weights of one of them. Throws Error (NotFound) with the command that brings them.
  virtual Weights weights(const ModelSpec& spec) const = 0;

  /// "id" (its latest version) or "id@version". Throws Error (NotFound) with the nearest name.
  ModelDirectory find(std::string_view name) const;

  /// The one in memory, or loaded anew.
  std::shared_ptr<const LoadedModel> load(const ModelDirectory& model) const;

 private:
  mutable std::mutex mutex_;
  mutable std::map<std::string, std::weak_ptr<const LoadedModel>> in_memory_;
};

}  // namespace workflow
