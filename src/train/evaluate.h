#pragma once

#include <memory>

#include "workflow/train/report.h"

namespace workflow {

/// Fills in what the held-out predictions tell: each concept's figures, means, confusion or co-occurrence, calibration.
/// `report.concepts` must bear names and counts of training already, in the order of the predictions.
void evaluate(Report& report, std::shared_ptr<const Predictions> predictions);

/// The held-out inputs that the predictions are most wrong about, at most `most`, as rows of the predictions with the
/// concept that was said; the worst first.
struct WorstRow {
  std::size_t row = 0;
  std::size_t said = 0;
  double wrongness = 0;
};
std::vector<WorstRow> worst_rows(const Predictions& predictions, bool exclusive, std::size_t most);

}  // namespace workflow
