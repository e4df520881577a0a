#pragma once

#include <functional>
#include <vector>

#include "train/fit_layers.h"
#include "train/head_data.h"

namespace workflow {

/// What layers said of rows that they had not seen, put together from all folds.
struct CrossValidated {
  double l2 = 0;                      ///< under which the loss was least
  std::vector<std::uint32_t> rows;    ///< that were held out in some fold
  std::vector<float> logits;          ///< [rows, concepts]
  std::vector<double> fold_accuracy;  ///< the share of each fold's rows whose best concept is right
};

/// Trains once for each fold and each of `l2s` (descending, each begun where the last ended where the head is linear).
/// Empty where there are too few rows for it: a fold needs one to hold out.
CrossValidated cross_validate(const Dataset& train, const HeadRows& rows, std::size_t length,
                              std::span<const std::size_t> widths, std::span<const double> l2s, int folds,
                              const FitSettings& settings);

/// The mean loss of logits: softmax or sigmoids as the targets say.
double mean_loss(std::span<const float> logits, const Targets& targets, std::span<const std::uint32_t> rows);

}  // namespace workflow
