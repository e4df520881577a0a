#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "workflow/base/export.h"
#include "workflow/catalogue/catalogue.h"
#include "workflow/model/classifier.h"
#include "workflow/train/dataset.h"

namespace workflow {

/// Two classifiers on the same labelled inputs: the one that serves, and one that would like to.
struct Shadow {
  std::size_t compared = 0;  ///< inputs that both could read, and of which it is known what they show
  double champion = 0;       ///< accuracy, the best concept's
  double challenger = 0;
  std::size_t only_champion = 0;  ///< inputs that only the champion has right
  std::size_t only_challenger = 0;
  double p = 1;  ///< McNemar's exact test: how likely a difference as large would be if both were equal

  /// Whether the challenger is better, and not by chance.
  bool is_better(double at_most = 0.05) const { return only_challenger > only_champion && p <= at_most; }
};

/// Runs both over held-out inputs. An input that cannot be read counts for neither. Throws Error (InvalidValue) where
/// nothing could be compared.
WORKFLOW_EXPORT Shadow compare(const Classifier& champion, const Classifier& challenger, const Dataset& held_out);

/// What became of a challenger.
struct Promotion {
  bool promoted = false;
  std::string model = {};             ///< what serves now: "mask@3"
  std::optional<Shadow> shadow = {};  ///< none where there was no champion
};

/// Saves a challenger under a name as its latest version if it is better than the one there is, or if there is none; else
/// everything stays as it is. `catalogue.make_latest("mask@2")` rolls back.
/// Throws Error as compare() and Catalogue::save do; InvalidSetting for `at_most` outside 0..1.
WORKFLOW_EXPORT Promotion promote(const Catalogue& catalogue, const std::string& name, const Model& challenger,
                                  const Dataset& held_out, double at_most = 0.05);

}  // namespace workflow
