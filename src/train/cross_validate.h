#pragma once

#include <span>
#include <vector>

#include "train/fit_layers.h"
#include "train/head_data.h"

namespace workflow {

/// What layers said of rows that they had not seen, put together from all folds.
struct CrossValidated {
  double l2 = 0;                      ///< under which the loss was least
  std::vector<std::uint32_t> rows;    ///< that were held out in some fold; of very many, some
  std::vector<float> logits;          ///< [rows, concepts]
  std::vector<double> fold_accuracy;  ///< the share of each fold's rows whose best concept is right
};

struct CrossValidation {
  int folds = 0;                     ///< 0: none
  std::span<const double> l2s = {};  ///< to choose from, descending; empty: the settings' own
};

struct FittedHead {
  std::vector<Layer> layers;  ///< trained on every row
  CrossValidated seen;        ///< no rows where there are too few: a fold needs one to hold out
};

/// Trains layers of these widths on all rows and, for the cross-validation, once for each fold and each l2. Linear heads are
/// trained side by side, and for several l2s each is begun where the last ended.
FittedHead fit_head(const Dataset& train, const HeadRows& rows, std::size_t length, std::span<const std::size_t> widths,
                    const CrossValidation& validation, const Rows& held_out, const FitSettings& settings);

/// The mean loss of logits: softmax or sigmoids as the targets say.
double mean_loss(std::span<const float> logits, const Targets& targets, std::span<const std::uint32_t> rows);

}  // namespace workflow
