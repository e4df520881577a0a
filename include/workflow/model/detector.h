#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "workflow/graph/items.h"
#include "workflow/model/model.h"
#include "workflow/values/image.h"
#include "workflow/values/region.h"

namespace workflow {

class RegionDecoder;

/// A model that finds regions on an image: boxes with a score and concepts, the best score first; some give points too.
class WORKFLOW_EXPORT Detector : public Model {
 public:
  static constexpr std::string_view kind = "detector";
  static constexpr std::string_view output = "regions";  ///< what a model's manifest calls it

  /// As an operator: all images at once, on the batch's device or else the model's own. None gives none.
  /// Throws Error (InvalidValue) for an empty image, and where the net's output holds NaN.
  std::vector<std::vector<Region>> operator()(Batch<Image> images) const;

  /// Without a graph.
  std::vector<Region> detect(const Image& image) const;
  std::vector<std::vector<Region>> detect(std::span<const Image> images) const;

  /// The other side of to_json(); without a version the latest. Throws Error as Catalogue::load does, and
  /// InvalidSetting where the catalogue is null.
  static Detector from_json(const Json& json, const Catalogue* catalogue);

  /// Takes a loaded model in; Catalogue::load calls it. Throws Error (InvalidSetting) where its decoding makes no sense.
  Detector(std::shared_ptr<const LoadedModel> loaded, Device device);

 private:
  std::shared_ptr<const RegionDecoder> decode_;
};

}  // namespace workflow
