#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "workflow/model/classifier.h"

namespace workflow {

/// How often a classifier is right before and after a change, on the same pictures.
struct WORKFLOW_EXPORT AccuracyChange {
  double before = 0;         ///< share of the pictures whose top concept is the right one
  double after = 0;          ///< the same, after the change
  std::size_t pictures = 0;  ///< on which both were run

  std::string text() const;  ///< one line for a log: "right for 91.0 % of 200 pictures before, 90.5 % after"
};

/// Runs both classifiers on pictures that none of them was trained or calibrated on; `truths` are the right concepts'
/// names, one a picture. No pictures give zeros. Throws Error (InvalidValue) where the two lists differ in length.
WORKFLOW_EXPORT AccuracyChange accuracy_change(const Classifier& before, const Classifier& after,
                                               std::span<const Image> pictures, std::span<const std::string> truths);

}  // namespace workflow
