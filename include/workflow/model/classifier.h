#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "workflow/graph/items.h"
#include "workflow/model/model.h"
#include "workflow/values/concepts.h"
#include "workflow/values/image.h"
#include "workflow/values/text.h"

namespace workflow {

class ConceptDecoder;

/// A model that says which of its concepts an image shows or a text tells of, the highest score first; spec().input says
/// which of the two it takes.
class WORKFLOW_EXPORT Classifier : public Model {
 public:
  static constexpr std::string_view kind = "classifier";
  static constexpr std::string_view output = "concepts";  ///< what a model's manifest calls it

  /// As an operator: all images at once, on the batch's device or else the model's own. None gives none.
  /// Throws Error: InvalidValue for an empty image, and where the net's output holds NaN; TypeMismatch for a model of texts.
  std::vector<Concepts> operator()(Batch<Image> images) const;

  /// The same for texts, in UTF-8, of any length: what is longer than the net takes at once is read in passages, see
  /// docs/text.md. Throws Error: InvalidValue for a text that is blank, not UTF-8 or longer than 16 MiB; TypeMismatch for a
  /// model of images.
  std::vector<Concepts> operator()(Batch<Text> texts) const;

  /// Without a graph.
  Concepts classify(const Image& image) const;
  std::vector<Concepts> classify(std::span<const Image> images) const;
  Concepts classify(const Text& text) const;
  std::vector<Concepts> classify(std::span<const Text> texts) const;

  /// The other side of to_json(); without a version the latest. Throws Error as Catalogue::load does, and
  /// InvalidSetting where the catalogue is null.
  static Classifier from_json(const Json& json, const Catalogue* catalogue);

  /// Takes a loaded model in; Catalogue::load calls it. Throws Error (InvalidSetting) where its decoding makes no sense.
  Classifier(std::shared_ptr<const LoadedModel> loaded, Device device);

 private:
  std::shared_ptr<const ConceptDecoder> decode_;
};

}  // namespace workflow
