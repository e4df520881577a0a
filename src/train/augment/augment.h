#pragma once

#include <random>
#include <span>

#include "model/preprocess/preprocess.h"
#include "train/augment/target_box.h"

namespace workflow {

/// How pictures are varied while a net learns. Nothing is on as it is made: pictures only come to the net's size.
struct AugmentSettings {
  int width = 224;         ///< pixels of what comes out, 1..32768
  int height = 224;        ///< pixels
  Fit fit = Fit::Stretch;  ///< how a whole picture comes onto it, as the model will have it when it is used

  double flip = 0;           ///< chance of a mirror image, 0..1
  double flip_vertical = 0;  ///< chance of standing on its head, 0..1
  double crop = 1;  ///< the smallest share of the picture's area that is cut out, 0.01..1; 1 takes all (Szegedy et al. 2014)
  double scale = 1;      ///< scaled by up to this factor, and down by as much with grey around it, 1..8 (Redmon et al. 2016)
  double rotate = 0;     ///< degrees at most, either way, 0..180
  double colour = 0;     ///< how far brightness, contrast and saturation go from 1; the hue by a tenth of a turn of it; 0..1
  double erase = 0;      ///< chance that a rectangle becomes noise, 0..1 (Zhong et al.: Random Erasing, 2017)
  int rand_augment = 0;  ///< so many operations drawn from a list of 13, 0..10 (Cubuk et al.: RandAugment, 2019)
  double strength = 0.3;  ///< of those operations, 0..1; the paper's magnitude over 30
  double mosaic = 0;      ///< chance that a picture is put together from four, 0..1 (Bochkovskiy et al.: YOLOv4, 2020)
};

/// Varies pictures and carries their boxes along. A box that is mostly cut off becomes difficult, one that is nearly gone
/// goes. Equal seeds give equal pixels; const and thread-safe.
/// @code
///   Augment augment({.width = 320, .height = 320, .flip = 0.5, .scale = 1.5});
///   std::mt19937_64 random(seed);
///   BoxedImage varied = augment({image, boxes}, random);
/// @endcode
class Augment {
 public:
  /// Throws Error (InvalidSetting) for a setting out of its range.
  explicit Augment(const AugmentSettings& settings);

  /// Throws Error (InvalidValue) for an empty image.
  BoxedImage operator()(const BoxedImage& picture, std::mt19937_64& random) const;

  /// Draws whether the next picture is to be put together from four.
  bool wants_mosaic(std::mt19937_64& random) const;

  /// Four pictures around a point, varied as one picture is. Throws Error (InvalidValue) for an empty image.
  BoxedImage mosaic(std::span<const BoxedImage, 4> pictures, std::mt19937_64& random) const;

  const AugmentSettings& settings() const { return settings_; }

 private:
  AugmentSettings settings_;
};

}  // namespace workflow
