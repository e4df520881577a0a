#pragma once

#include <optional>
#include <string_view>
#include <tuple>

#include "workflow/graph/settings.h"
#include "workflow/values/image.h"
#include "workflow/values/landmarks.h"
#include "workflow/values/region.h"

namespace workflow {

/// Cuts a face out by its landmarks, turned and scaled so that the eyes lie level and always at the same place: what an
/// embedder compares best. The defaults put them where ArcFace's 112 x 112 template has them (arXiv 1801.07698).
/// @code
///   photo.then(find_faces).then(Align{}).then(embed_face)                       // a detector that gives points: yunet-face
///   faces.then(Crop{.margin = 1.4f}).then(find_landmarks).then(Align{.width = 150, .height = 150})
/// @endcode
/// Of two points those are the eyes, the left one on the picture first; of five the first two; of 68 the means of 36..41
/// and 42..47. A similarity transform: shapes stay. What lies outside the image repeats its edge.
struct Align {
  int width = 112;             ///< pixels, 8..4096
  int height = 112;            ///< pixels, 8..4096
  float eye_distance = 0.32f;  ///< between the eyes, a share of the width; 0.05..1
  float eye_line = 0.46f;      ///< how far below the top the eyes lie, a share of the height; 0..1

  static constexpr std::string_view kind = "align";
  static auto settings() {
    return std::tuple{setting("width", &Align::width, between(8, 4096)), setting("height", &Align::height, between(8, 4096)),
                      setting("eye_distance", &Align::eye_distance, between(0.05, 1)),
                      setting("eye_line", &Align::eye_line, between(0, 1))};
  }

  using Further = std::tuple<const Image&>;
  /// None where the eyes coincide or the face lies wholly outside the image. Throws Error (InvalidValue) for another number
  /// of points, points that are not numbers, and an empty image.
  WORKFLOW_EXPORT std::optional<Image> operator()(const Region& region, const Image& image) const;
  WORKFLOW_EXPORT std::optional<Image> operator()(const Landmarks& landmarks, const Image& image) const;

 private:
  std::optional<Image> aligned(const std::vector<Point>& points, const Image& image) const;
};

}  // namespace workflow
