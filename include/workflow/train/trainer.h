#pragma once

#include <memory>

#include "workflow/base/export.h"
#include "workflow/model/embedder.h"
#include "workflow/train/dataset.h"
#include "workflow/train/epoch.h"
#include "workflow/train/head_options.h"
#include "workflow/train/report.h"

namespace workflow {

/// What a training gives.
struct Trained {
  Model model;  ///< ready to run, `model.as<Classifier>()`, and to save, `catalogue.save(model, "mask")`
  Report report;
};

/// Trains a model on a data set.
/// @code
///   Trainer trainer = Trainer::head(embed, {.epochs = 100, .progress = progress_bar()});
///   Trained trained = trainer.fit(train, held_out);
///   Classifier read_mask = trained.model.as<Classifier>();
/// @endcode
/// One thread at a time; equal seeds, data and machines give equal models.
class WORKFLOW_EXPORT Trainer {
 public:
  /// A head on the embeddings of a trunk: the trunk runs once over each input and stays as it is.
  /// Throws Error (InvalidSetting) for an option out of its range.
  static Trainer head(Embedder trunk, HeadOptions options = {});

  /// Called after each epoch; may end the training, which keeps what was learnt.
  void on_epoch(EpochCallback callback);

  /// Trains on `train` and measures on `held_out`; without the latter the report holds no quality.
  /// Throws Error: InvalidValue for data that nothing can be learnt from (one concept only, no example that could be read,
  /// more broken inputs than the tolerance), TypeMismatch for texts where the trunk takes pictures, Cancelled.
  Trained fit(const Dataset& train, const Dataset& held_out = {}) const;

  class Method;

 private:
  explicit Trainer(std::shared_ptr<const Method> method) : method_(std::move(method)) {}

  std::shared_ptr<const Method> method_;
  EpochCallback on_epoch_;
};

}  // namespace workflow
