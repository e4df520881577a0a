#pragma once

#include <opencv2/core.hpp>
#include <random>

#include "train/augment/augment.h"

namespace workflow {

/// The part of a picture that is looked at: a rectangle in its pixels, turned about its own centre, perhaps mirrored. It
/// may reach beyond the picture.
struct View {
  double left = 0;
  double top = 0;
  double width = 0;
  double height = 0;
  double degrees = 0;  ///< counter-clockwise on the screen
  bool is_mirrored = false;
  bool is_on_its_head = false;
};

/// What a picture of this size shows as it is.
View whole_view(int width, int height, const AugmentSettings& settings);

/// What a picture of this size shows by chance.
View random_view(int width, int height, const AugmentSettings& settings, std::mt19937_64& random);

/// Samples the view into `out`, whose size is given; what lies off the picture becomes `border` grey. Boxes, relative to
/// the picture, are carried along and clipped (see kept_boxes) and become relative to `out`.
std::vector<TargetBox> show(const BoxedImage& picture, const View& view, int border, cv::Mat& out);

/// A box under an affine map: exact without rotation; with it the box of the ellipse within, as the box of the four
/// corners would be far too large (Kalra et al.: Towards Rotation Invariance in Object Detection, 2021).
Box carried(const Box& box, const cv::Matx23d& map);

/// Clipped to 0..1. Of a box that loses area the last 30 % make it difficult, and the last 5 % go.
std::vector<TargetBox> kept_boxes(std::vector<TargetBox> boxes);

/// The grey around a picture under this fit: black as preprocessing pads it, else a middle one that is neither.
int border_of(Fit fit);

}  // namespace workflow
