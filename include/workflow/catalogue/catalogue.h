#pragma once

#include <concepts>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "workflow/base/device.h"
#include "workflow/base/export.h"
#include "workflow/base/precision.h"
#include "workflow/catalogue/query.h"
#include "workflow/model/model.h"
#include "workflow/model/spec.h"
#include "workflow/values/image.h"

namespace workflow {

struct StandardOptions {
  /// Where the weights of the built-in models lie, as workflow-import puts them. Empty: $WORKFLOW_MODELS, else
  /// $XDG_CACHE_HOME/workflow/models, else ~/.cache/workflow/models.
  std::string folder = {};

  /// Where models of one's own lie, over the built-in ones; what is saved goes there. Empty: $WORKFLOW_OWN_MODELS, else
  /// $XDG_DATA_HOME/workflow/models, else ~/.local/share/workflow/models.
  std::string own = {};

  /// Whether weights that a model's manifest names by URL and sum may be fetched from there on first use, into `folder`.
  bool fetch = false;
};

struct OpenOptions {
  bool fetch = false;  ///< as in StandardOptions; what is fetched goes into the model's own folder
};

struct LoadOptions {
  Device device = {};  ///< where the model computes; Device::best() takes a GPU where there is one

  /// What it computes with; BFloat16 and Int8 on the processor alone. Model::precision_report() tells what that changes.
  Precision precision = Precision::Float32;

  /// Int8: a handful of pictures (8 to 32) of the kind that the model will see, to measure how far its tensors reach.
  /// Empty: made-up ones serve, and the log says so.
  std::vector<Image> calibration = {};
};

/// One model of a catalogue as it is described, without its weights.
struct CatalogueEntry {
  ModelSpec spec;
  std::string card;  ///< Markdown
  std::vector<std::string> labels = {};
  std::uint64_t weight_bytes = 0;  ///< the size of its file of weights; 0 where that is not on this machine
};

struct Bundle;
struct OpenBundleOptions;
class TrainingTemplate;

/// The models that there are. Thread-safe; a copy is the same catalogue and costs a pointer.
/// @code
///   auto catalogue = Catalogue::standard();
///   auto find_faces = catalogue.load<Detector>("face-detector");      // the latest version
///   auto same = catalogue.load<Detector>("face-detector@1", {.device = Device::cpu()});
/// @endcode
/// Nothing is downloaded unless the options say `fetch`. A model that is loaded already shares its weights.
class WORKFLOW_EXPORT Catalogue {
 public:
  /// The built-in models, with those of one's own over them. Weights of a built-in one are looked up in the mirror folder
  /// $WORKFLOW_MIRROR as <id>.safetensors, then in the folder of the options as <id>/<version>/weights.safetensors.
  static Catalogue standard(const StandardOptions& options = {});

  /// The models of a folder of one's own: <id>/<version>/ with model.json, weights.safetensors, labels.txt and card.md.
  /// The folder need not be there yet; it is looked at anew with every call, so a model's folder that somebody puts there
  /// is found. A head finds its trunk here or else in standard().
  static Catalogue open(const std::string& folder, const OpenOptions& options = {});

  /// The latest version of every model, sorted by id. A folder that holds a broken model.json is told to the log sink
  /// and left out.
  std::vector<ModelSpec> list() const;

  /// All versions of a model, the lowest first. Throws Error (NotFound) with the nearest name.
  std::vector<ModelSpec> versions(std::string_view id) const;

  /// The latest versions that meet the query, sorted as it says. Throws Error (InvalidSetting) for SortBy::Metric
  /// without a metric.
  std::vector<CatalogueEntry> find(const ModelQuery& query) const;

  /// What is known of a model: "face-detector" or "face-detector@latest", or "face-detector@1".
  /// Throws Error (NotFound) with the nearest name.
  CatalogueEntry get(std::string_view id) const;

  /// Loads a model as `T`: Detector, Classifier, Embedder or Landmarker. A classifier whose settings hold `features`
  /// (torchvision's nets) is loaded as an Embedder, too: the pooled features of its trunk. Throws Error: NotFound for an
  /// unknown name and for weights that are not there, with the command that brings them; TypeMismatch where the model gives
  /// something else than T; InvalidModel where the weights do not fit; Unavailable for a device that is not there and for a
  /// precision that the device, the processor or the kind of model lacks.
  template <std::derived_from<Model> T>
  T load(std::string_view id, const LoadOptions& options = {}) const {
    T model(loaded(id, T::output, options), options.device);
    model.prepare(options.device);
    return model;
  }

  /// A template for Trainer::deep by its name, "classification/resnet18"; pre-trained weights that it names are this
  /// catalogue's. Throws Error (NotFound) with the nearest name.
  TrainingTemplate training_template(std::string_view name) const;

  /// The names of all templates.
  static std::vector<std::string> training_templates();

  /// Writes a model under a name into the folder of this catalogue (standard(): StandardOptions::own), as the version
  /// after all that there were; that is then the latest. Other processes may save, load and list at the same time: they
  /// see the whole model or none of it. Gives the spec as it was saved.
  /// Throws Error: InvalidSetting for a name that is none, NotFound for a head whose trunk this catalogue cannot find,
  /// Failed where the disk refuses; nothing is left behind then.
  ModelSpec save(const Model& model, const std::string& id) const;

  /// Saves what `from` names ("face-detector@1"; without a version the latest) as the next version of `to`.
  ModelSpec copy(std::string_view from, const std::string& to) const;

  /// Gives all versions of a model of one's own another name. Throws Error (InvalidSetting) where that is taken, and for a
  /// built-in model, which can be copied alone.
  void rename(std::string_view from, const std::string& to) const;

  /// Removes one version ("mask@2") or all of them ("mask") of a model of one's own. A version's number is not given again
  /// while others are left. Who has it loaded keeps it.
  void remove(std::string_view name) const;

  /// Adds tags to a version, or takes some away; without a version the latest. Of one's own models only.
  void tag(std::string_view name, const std::vector<std::string>& tags) const;
  void untag(std::string_view name, const std::vector<std::string>& tags) const;

  /// Makes a version the latest until the next save: "mask@2" brings back an older one.
  void make_latest(std::string_view name) const;

 private:
  friend class Pretrained;
  friend WORKFLOW_EXPORT Bundle open_bundle(const std::string& file, const OpenBundleOptions& options);

  class Shelf;
  class BundleShelf;
  explicit Catalogue(std::shared_ptr<const Shelf> shelf) : shelf_(std::move(shelf)) {}
  std::shared_ptr<const LoadedModel> loaded(std::string_view id, std::string_view output, const LoadOptions& options) const;

  std::shared_ptr<const Shelf> shelf_;
};

}  // namespace workflow
