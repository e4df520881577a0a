#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "workflow/graph/items.h"
#include "workflow/model/model.h"
#include "workflow/values/embedding.h"
#include "workflow/values/image.h"
#include "workflow/values/text.h"

namespace workflow {

class EmbeddingDecoder;

/// A model that gives an image or a text its place in a space where likes are near each other; spec().input says which of
/// the two it takes.
class WORKFLOW_EXPORT Embedder : public Model {
 public:
  static constexpr std::string_view kind = "embedder";
  static constexpr std::string_view output = "embedding";  ///< what a model's manifest calls it

  /// As an operator: all images at once, on the batch's device or else the model's own. None gives none.
  /// Throws Error: InvalidValue for an empty image, and where the net's output holds NaN; TypeMismatch for a model of texts.
  std::vector<Embedding> operator()(Batch<Image> images) const;

  /// The same for texts, in UTF-8, of any length: what is longer than the net takes at once is read in passages, see
  /// docs/text.md. Throws Error: InvalidValue for a text that is blank, not UTF-8 or longer than 16 MiB; TypeMismatch for a
  /// model of images.
  std::vector<Embedding> operator()(Batch<Text> texts) const;

  /// Without a graph.
  Embedding embed(const Image& image) const;
  std::vector<Embedding> embed(std::span<const Image> images) const;
  Embedding embed(const Text& text) const;
  std::vector<Embedding> embed(std::span<const Text> texts) const;

  /// The other side of to_json(); without a version the latest. Throws Error as Catalogue::load does, and
  /// InvalidSetting where the catalogue is null.
  static Embedder from_json(const Json& json, const Catalogue* catalogue);

  /// Takes a loaded model in; Catalogue::load calls it. Throws Error (InvalidSetting) where its decoding makes no sense.
  Embedder(std::shared_ptr<const LoadedModel> loaded, Device device);

 private:
  std::shared_ptr<const EmbeddingDecoder> decode_;
};

}  // namespace workflow
