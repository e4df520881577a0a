#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/own_folder.h"
#include "model/directory.h"
#include "model/loaded_model.h"
#include "workflow/catalogue/catalogue.h"

namespace workflow {

/// Where a catalogue's models come from. Thread-safe.
class Catalogue::Shelf {
 public:
  /// `own` is where what is saved goes.
  explicit Shelf(std::string own) : own_(std::move(own)) {}
  virtual ~Shelf() = default;

  /// All models and versions that are there, without weights, sorted by id, then by version.
  virtual std::vector<ModelDirectory> all() const { return own_.all(); }

  /// The weights of one of them. Throws Error (NotFound) with the command that brings them.
  virtual Weights weights(const ModelDirectory& model) const;

  /// The file that holds them; empty where it is not on this machine.
  virtual std::string weights_file(const ModelDirectory& model) const;

  /// Where a head's trunk is looked for when it is not here; null where there is no other place.
  virtual std::shared_ptr<const Shelf> beside() const { return nullptr; }

  const OwnFolder& own() const { return own_; }

  /// "id" (its latest version) or "id@version". Throws Error (NotFound) with the nearest name.
  ModelDirectory find(std::string_view name) const;

  /// The latest version of every model.
  std::vector<ModelDirectory> latest() const;

  /// How the catalogue shows a model.
  CatalogueEntry entry_of(ModelDirectory model) const;

  /// One that is in the own folder; throws Error (InvalidSetting) for a built-in one, which nobody changes.
  ModelDirectory find_own(std::string_view name) const;

  /// Writes the model to the own folder as its next version. Throws Error (NotFound) for a head whose trunk neither this
  /// catalogue nor the one beside it holds, Failed where the disk refuses.
  ModelSpec save(ModelDirectory model) const;

  /// The one in memory, or loaded anew; with the trunk that its settings name, where its architecture is "head".
  std::shared_ptr<const LoadedModel> load(const ModelDirectory& model) const;

 private:
  // The shelf that holds the trunk of a head, and what it holds there; none for a model that is no head.
  struct Trunk {
    const Shelf* shelf = nullptr;
    ModelDirectory model = {};
  };
  Trunk trunk_of(const ModelSpec& head) const;

  OwnFolder own_;
};

/// "face-detector@1" in its two parts; the version is 0 where none is named. Throws Error (InvalidSetting).
struct ModelName {
  std::string id;
  int version = 0;
  static ModelName parse(std::string_view text);
};

}  // namespace workflow
