#pragma once

#include <concepts>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "workflow/base/device.h"
#include "workflow/base/export.h"
#include "workflow/base/precision.h"
#include "workflow/model/model.h"
#include "workflow/model/spec.h"
#include "workflow/values/image.h"

namespace workflow {

struct StandardOptions {
  /// Where the weights of the built-in models lie, as workflow-import puts them. Empty: $WORKFLOW_MODELS, else
  /// $XDG_CACHE_HOME/workflow/models, else ~/.cache/workflow/models.
  std::string folder = {};
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
};

/// The models that there are. Thread-safe; a copy is the same catalogue and costs a pointer.
/// @code
///   auto catalogue = Catalogue::standard();
///   auto find_faces = catalogue.load<Detector>("face-detector");      // the latest version
///   auto same = catalogue.load<Detector>("face-detector@1", {.device = Device::cpu()});
/// @endcode
/// Nothing is ever downloaded. A model that is loaded already shares its weights.
class WORKFLOW_EXPORT Catalogue {
 public:
  /// The built-in models. Weights are looked up in the mirror folder $WORKFLOW_MIRROR as <id>.safetensors, then in the
  /// folder of the options as <id>/<version>/weights.safetensors.
  static Catalogue standard(const StandardOptions& options = {});

  /// The models of a folder of one's own: <id>/<version>/ with model.json, weights.safetensors, labels.txt and card.md.
  /// The folder need not be there yet; it is looked at anew with every call.
  static Catalogue open(const std::string& folder);

  /// The latest version of every model, sorted by id. A folder that holds a broken model.json is told to the log sink
  /// and left out.
  std::vector<ModelSpec> list() const;

  /// What is known of a model: "face-detector" (the latest) or "face-detector@1".
  /// Throws Error (NotFound) with the nearest name.
  CatalogueEntry get(std::string_view id) const;

  /// Loads a model as `T`: Detector, Classifier, Embedder or Landmarker. Throws Error: NotFound for an unknown name and
  /// for weights that are not there, with the command that brings them; TypeMismatch where the model gives something else
  /// than T; InvalidModel where the weights do not fit; Unavailable for a device that is not there
  /// and for a precision that the device or the processor lacks.
  template <std::derived_from<Model> T>
  T load(std::string_view id, const LoadOptions& options = {}) const {
    T model(loaded(id, T::output, options), options.device);
    model.prepare(options.device);
    return model;
  }

 private:
  class Shelf;
  explicit Catalogue(std::shared_ptr<const Shelf> shelf) : shelf_(std::move(shelf)) {}
  std::shared_ptr<const LoadedModel> loaded(std::string_view id, std::string_view output,
                                            const LoadOptions& options) const;

  std::shared_ptr<const Shelf> shelf_;
};

}  // namespace workflow
