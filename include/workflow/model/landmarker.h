#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "workflow/graph/items.h"
#include "workflow/model/model.h"
#include "workflow/values/image.h"
#include "workflow/values/landmarks.h"

namespace workflow {

class LandmarkDecoder;

/// A model that finds the named places of the one object that an image shows; the card gives their order.
class WORKFLOW_EXPORT Landmarker : public Model {
 public:
  static constexpr std::string_view kind = "landmarker";
  static constexpr std::string_view output = "landmarks";  ///< what a model's manifest calls it

  /// As an operator: all images at once, on the batch's device or else the model's own. None gives none.
  /// Throws Error (InvalidValue) for an empty image, and where the net's output holds NaN.
  std::vector<Landmarks> operator()(Batch<Image> images) const;

  /// Without a graph.
  Landmarks locate(const Image& image) const;
  std::vector<Landmarks> locate(std::span<const Image> images) const;

  /// The other side of to_json(); without a version the latest. Throws Error as Catalogue::load does, and
  /// InvalidSetting where the catalogue is null.
  static Landmarker from_json(const Json& json, const Catalogue* catalogue);

  /// Takes a loaded model in; Catalogue::load calls it. Throws Error (InvalidSetting) where its decoding makes no sense.
  Landmarker(std::shared_ptr<const LoadedModel> loaded, Device device);

 private:
  std::shared_ptr<const LandmarkDecoder> decode_;
};

}  // namespace workflow
