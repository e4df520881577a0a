#pragma once

#include <string>
#include <vector>

#include "workflow/values/image.h"

namespace workflow {

/// One thing to draw: a box with a text at it, and points. `text` may have several lines; it is UTF-8, of which accented
/// Latin letters are drawn without their accents and others as '?', as the drawn font has ASCII only.
struct Label {
  Box box;                    ///< relative to the picture; what lies outside is cut off, NaN is left out
  std::string text;           ///< may be empty: then only the box
  std::vector<Point> points;  ///< relative to the picture
  int colour_key = 0;         ///< equal keys get equal colours
};

/// A copy of the picture with boxes, points and texts drawn on it; a small one is enlarged by a whole factor until its
/// longer side has 480 pixels. Lines and letters grow with the picture. Texts stand on filled plates inside the picture
/// that keep out of each other's way while there is room; `captions` are lines about the whole picture, in its corner.
/// The colours are Okabe and Ito's (2008), which people with a colour vision deficiency tell apart as well.
/// Throws Error (InvalidValue) for an empty picture.
Image draw_labels(const Image& image, const std::vector<Label>& labels, const std::vector<std::string>& captions);

}  // namespace workflow
