#pragma once

#include <span>
#include <string>

#include "workflow/model/classifier.h"

namespace workflow {

/// How often a classifier is right before and after a change, on the same pictures.
struct AccuracyChange {
  double before = 0;  ///< share of the pictures whose top concept is the right one
  double after = 0;
};

/// Runs both classifiers on pictures that none of them was trained or calibrated on; `truths` are the right concepts'
/// names, one a picture. No pictures give zeros. Throws Error (InvalidValue) where the two lists differ in length.
WORKFLOW_EXPORT AccuracyChange accuracy_change(const Classifier& before, const Classifier& after,
                                               std::span<const Image> pictures, std::span<const std::string> truths);

}  // namespace workflow
