#pragma once

#include <cstddef>
#include <string>

#include "workflow/base/export.h"
#include "workflow/base/precision.h"

namespace workflow {

/// How far a model's outputs move when it computes with another precision than it was trained with, measured at load on
/// the inputs that it was calibrated with. Relative: the length of the difference over the length of the output.
struct WORKFLOW_EXPORT PrecisionReport {
  Precision precision = Precision::Float32;
  std::size_t inputs = 0;   ///< compared; 0 of a Float32 model
  bool is_made_up = false;  ///< the inputs were patterns, as the host gave none: trust the figures less
  double mean_change = 0;   ///< of the outputs, over the inputs
  double worst_change = 0;
  double same_top = 1;  ///< share of the inputs for which the largest output stayed the same one

  std::string text() const;  ///< one line for a log: "int8 on 16 inputs: outputs change by 1.2 % (worst 2.0 %), ..."
};

}  // namespace workflow
