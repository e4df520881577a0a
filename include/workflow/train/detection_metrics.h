#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "workflow/base/export.h"
#include "workflow/base/json.h"
#include "workflow/model/detector.h"
#include "workflow/train/dataset.h"

namespace workflow {

/// How well the boxes of one concept are found.
struct ConceptDetection {
  std::string name = {};
  std::size_t boxes = 0;          ///< that are there, without difficult ones
  std::optional<double> ap = {};  ///< as DetectionQuality::map; none where no box is there
  std::optional<double> ap_50 = {};
  friend bool operator==(const ConceptDetection&, const ConceptDetection&) = default;
};

/// How well a detector finds boxes, as COCO measures it: average precisions, 0..1, means over the concepts that have boxes;
/// none where no concept has any.
struct WORKFLOW_EXPORT DetectionQuality {
  std::optional<double> map = {};     ///< mean over the IoUs 0.50, 0.55 to 0.95
  std::optional<double> map_50 = {};  ///< at IoU 0.50 alone, as Pascal VOC has it
  std::optional<double> map_75 = {};
  std::optional<double> small = {};   ///< as `map`, of boxes up to 32 x 32 pixels of their picture
  std::optional<double> medium = {};  ///< up to 96 x 96
  std::optional<double> large = {};   ///< and above
  std::vector<ConceptDetection> concepts = {};

  Json to_json() const;
  friend bool operator==(const DetectionQuality&, const DetectionQuality&) = default;
};

/// Compares found boxes with those that are there, picture by picture. One thread at a time.
/// @code
///   DetectionMeter meter(dataset.concepts());
///   for (...) meter.add(detector.detect(photo), dataset[i].boxes, photo.width(), photo.height());
///   double map = meter.quality().map.value();
/// @endcode
/// The rules are those of COCO's own program (cocodataset/cocoapi, cocoeval.py): of a picture and a concept the best 100
/// boxes count; each takes the box that it overlaps most of those not taken yet; precision is read at 101 recalls. A
/// difficult box is what COCO calls a crowd: boxes that lie on it count neither way. Sizes are those of boxes.
/// Lin et al.: Microsoft COCO, 2014.
class WORKFLOW_EXPORT DetectionMeter {
 public:
  explicit DetectionMeter(std::vector<std::string> concepts);
  DetectionMeter(DetectionMeter&&) noexcept;
  DetectionMeter& operator=(DetectionMeter&&) noexcept;
  ~DetectionMeter();

  /// One picture of `width` x `height` pixels. A found region counts for its top concept; one of a concept that is not
  /// measured does not count. Throws Error: NotFound for a labelled box of an unknown concept (with the nearest name),
  /// InvalidValue for a NaN, a labelled box without area, or a side below 1.
  void add(std::span<const Region> found, std::span<const LabelledBox> there, int width, int height);

  /// Of all that was added so far.
  DetectionQuality quality() const;

 private:
  struct Pictures;
  std::unique_ptr<Pictures> pictures_;
};

/// Runs a detector over a data set. A picture that cannot be read counts as one on which nothing is found. Throws Error as
/// DetectionMeter::add does, and InvalidValue where not one picture could be read.
/// COCO keeps boxes of the lowest scores, too: a detector with a threshold of 0.3 loses what lies below it.
WORKFLOW_EXPORT DetectionQuality detection_quality(const Detector& detector, const Dataset& dataset);

}  // namespace workflow
