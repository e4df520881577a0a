#pragma once

#include <cstddef>
#include <limits>
#include <optional>
#include <span>
#include <vector>

namespace workflow {

/// A rectangle in pixels.
struct PixelBox {
  double left = 0;
  double top = 0;
  double right = 0;
  double bottom = 0;

  double area() const { return (right - left) * (bottom - top); }
};

/// The boxes of one concept on one picture.
struct PictureBoxes {
  struct Found {
    PixelBox box;
    double score = 0;
  };
  struct There {
    PixelBox box;
    bool is_crowd = false;
  };
  std::vector<Found> found;  ///< the best score first
  std::vector<There> there;
};

/// Areas in square pixels, both ends included; boxes of others count neither way.
struct AreaRange {
  double least = 0;
  double most = std::numeric_limits<double>::infinity();
};

/// One box that was found, and what became of it.
struct Verdicted {
  double score = 0;
  bool is_right = false;
};

/// What was found of one concept on many pictures at one overlap.
struct Matches {
  std::vector<Verdicted> found;  ///< those that count, picture by picture
  std::size_t there = 0;         ///< boxes that count
};

/// COCO's greedy matching at an IoU of at least `overlap`. For a crowd the overlap is the share of the found box.
void match(const PictureBoxes& boxes, const AreaRange& areas, double overlap, Matches& matches);

/// The mean of the precisions at the recalls 0, 0.01 to 1, each the best at that recall or above; none without boxes.
std::optional<double> interpolated_precision(Matches matches);

}  // namespace workflow
