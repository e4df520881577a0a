#pragma once

#include <opencv2/core.hpp>
#include <random>

#include "train/augment/target_box.h"

namespace workflow {

/// Brightness, contrast and saturation by random factors around 1, the hue turned; `strength` 0..1. In place, BGR.
void vary_colour(cv::Mat& pixels, double strength, std::mt19937_64& random);

/// Makes noise of a rectangle of 2 to 20 % of the picture; boxes that lie under it by more than half become difficult.
void erase_part(cv::Mat& pixels, std::vector<TargetBox>& boxes, std::mt19937_64& random);

/// So many operations, drawn with replacement from RandAugment's list: auto-contrast, equalise, solarise, posterise,
/// saturation, contrast, brightness, sharpness, rotate, shear and translate along x and y. What comes in from outside is
/// `border` grey. Boxes are carried along.
void rand_augment(cv::Mat& pixels, std::vector<TargetBox>& boxes, int operations, double strength, int border,
                  std::mt19937_64& random);

/// Towards (below 1) or away from (above 1) the picture's grey values.
void saturate(cv::Mat& pixels, double factor);

/// Towards or away from the picture's mean grey.
void contrast(cv::Mat& pixels, double factor);

}  // namespace workflow
