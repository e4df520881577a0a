#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
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
  /// `own` is where what is saved goes; none for a catalogue that is only read. `may_fetch` is whether weights may come
  /// from the net.
  Shelf(std::optional<OwnFolder> own, bool may_fetch) : own_(std::move(own)), may_fetch_(may_fetch) {}
  virtual ~Shelf() = default;

  /// All models and versions that are there, without weights, sorted by id, then by version.
  virtual std::vector<ModelDirectory> all() const { return own().all(); }

  /// The file that holds a model's weights; empty where it is not on this machine.
  virtual std::string weights_file(const ModelDirectory& model) const;

  /// The folder that fetched weights go to.
  virtual std::string home_of(const ModelDirectory& model) const { return model.folder; }

  /// How somebody gets weights that are neither here nor to be fetched: the end of an error's message.
  virtual std::string how_to_bring(const ModelDirectory& model) const;

  /// The same file, fetched first where that is allowed. Throws Error (NotFound) with the command that brings it, and as
  /// fetch() does.
  std::string bring_weights(const ModelDirectory& model) const;

  virtual Weights weights(const ModelDirectory& model) const {
    // A file beside the library goes before what the library holds itself.
    return is_held(model) && weights_file(model).empty() ? model.weights : read_weights(bring_weights(model));
  }

  /// Whether the library itself holds the weights.
  static bool is_held(const ModelDirectory& model) { return !model.weights.tensors.empty(); }

  /// Where a head's trunk is looked for when it is not here; null where there is no other place.
  virtual std::shared_ptr<const Shelf> beside() const { return nullptr; }

  /// Throws Error (InvalidSetting) where the catalogue is only read.
  const OwnFolder& own() const;

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

  std::optional<int> pinned(std::string_view id) const { return own_ ? own_->pinned(id) : std::nullopt; }

  std::optional<OwnFolder> own_;
  bool may_fetch_;
};

/// A classifier whose settings hold `features` as the embedder that its trunk is: the same weights, the pooled features
/// for its output. Any other model as it is.
ModelDirectory as_embedder(ModelDirectory model);

/// "face-detector@1" in its two parts; the version is 0 where none is named. Throws Error (InvalidSetting).
struct ModelName {
  std::string id;
  int version = 0;
  static ModelName parse(std::string_view text);
};

}  // namespace workflow
