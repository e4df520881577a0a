#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "workflow/base/export.h"

namespace workflow {

/// Whether each item is one of the concept's, as bytes: 0 or 1.
using Truths = std::span<const std::uint8_t>;
using Scores = std::span<const float>;

/// Counts of decisions at a threshold.
struct Decisions {
  std::size_t true_positives = 0;
  std::size_t false_positives = 0;
  std::size_t false_negatives = 0;
  std::size_t true_negatives = 0;

  double precision() const;  ///< of what was accepted, the share that is right; 0 where nothing was accepted
  double recall() const;     ///< of what is right, the share that was accepted; 0 where nothing is right
  double f1() const;         ///< their harmonic mean; 0 where both are 0
  friend bool operator==(const Decisions&, const Decisions&) = default;
};

/// All functions here take as many truths as scores, else Error (InvalidValue), also where a score is NaN.

/// Accepting every item with a score of at least `threshold`.
WORKFLOW_EXPORT Decisions decisions_at(Scores scores, Truths truths, float threshold);

/// The chance that a positive item has a higher score than a negative one, equal scores counting half: 0..1. Nothing where
/// either kind is missing. As scikit-learn's roc_auc_score.
WORKFLOW_EXPORT std::optional<double> roc_auc(Scores scores, Truths truths);

/// Precision averaged over the recall that each distinct score adds, without interpolation: 0..1. Nothing where there is no
/// positive item. As scikit-learn's average_precision_score.
WORKFLOW_EXPORT std::optional<double> average_precision(Scores scores, Truths truths);

/// A threshold and what it decides.
struct CurvePoint {
  float threshold = 0;
  Decisions decisions = {};
};

/// A point for each distinct score, the highest first; of more than `most` an even choice that keeps both ends.
WORKFLOW_EXPORT std::vector<CurvePoint> threshold_curve(Scores scores, Truths truths, std::size_t most = 1000);

/// One bin of a reliability curve.
struct ReliabilityBin {
  double mean_score = 0;
  double share_true = 0;
  std::size_t count = 0;
};

/// Scores (0..1) in bins of equal width, `mean_score` beside the share that is true; empty bins are left out.
WORKFLOW_EXPORT std::vector<ReliabilityBin> reliability(Scores scores, Truths truths, int bins = 10);

/// Expected calibration error: the bins' gaps between score and share, weighted by their counts; 0 where nothing was scored.
/// Guo, Pleiss, Sun, Weinberger: On Calibration of Modern Neural Networks (2017).
WORKFLOW_EXPORT double expected_calibration_error(const std::vector<ReliabilityBin>& bins);

/// The lower end of Clopper and Pearson's interval (1934): with at least this confidence (0..1), the true share is not below
/// it when `successes` of `trials` succeeded. 0 where nothing succeeded.
WORKFLOW_EXPORT double clopper_pearson_lower(std::size_t successes, std::size_t trials, double confidence);

/// McNemar's exact test of two classifiers on the same items: how likely a difference as large as this would be if both
/// were equally good; of the items that exactly one of them has right, `only_first` and `only_second`. 1 where there is
/// none.
WORKFLOW_EXPORT double mcnemar_p(std::size_t only_first, std::size_t only_second);

/// How well embeddings find their like by cosine, each item asking all others.
struct RetrievalQuality {
  std::size_t queries = 0;  ///< items that share their concept with another
  double recall_at_1 = 0;   ///< the share of them whose most similar item is of their concept, 0..1
  double recall_at_5 = 0;   ///< or one of the five most similar
  double recall_at_10 = 0;
  double map_at_r = 0;  ///< mean average precision at R, the number of right ones (Musgrave et al.: A Metric Learning Reality Check, 2020)
};

}  // namespace workflow
