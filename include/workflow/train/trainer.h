#pragma once

#include <initializer_list>
#include <memory>
#include <string>

#include "workflow/base/export.h"
#include "workflow/model/embedder.h"
#include "workflow/train/dataset.h"
#include "workflow/train/deep_options.h"
#include "workflow/train/epoch.h"
#include "workflow/train/head_options.h"
#include "workflow/train/report.h"
#include "workflow/train/training_template.h"

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

  /// All layers of a net, as a template says: from random or pre-trained weights.
  /// @code
  ///   auto trainer = Trainer::deep(catalogue.training_template("classification/resnet18"), {.epochs = 20});
  ///   trainer.set({{"image_size", 64}, {"learning_rate", 0.01}});
  /// @endcode
  /// Throws Error (InvalidSetting) for an option out of its range.
  static Trainer deep(TrainingTemplate shape, DeepOptions options = {});

  /// Sets hyperparameters of the template. Throws Error (InvalidSetting) for one that it does not have, with the nearest
  /// name, and for a value of another type or out of its range; then nothing is set.
  void set(std::initializer_list<Json::Member> hyperparameters);
  void set(const std::string& hyperparameter, const Json& value);

  /// Trains for a hundred steps or so at a rate that rises from very little to far too much, and throws that away: the
  /// trainer stays as it is. Of Trainer::deep only. Throws Error as fit() does.
  RateSearch find_learning_rate(const Dataset& train) const;

  /// Called after each epoch; may end the training, which keeps what was learnt.
  void on_epoch(EpochCallback callback);

  /// Trains on `train` and measures on `held_out`; without the latter the report holds no quality.
  /// Throws Error: InvalidValue for data that nothing can be learnt from (one concept only, no example that could be read,
  /// more broken inputs than the tolerance), TypeMismatch for texts where the model takes pictures, Cancelled. Trainer::deep
  /// also: Failed where the loss is no number before anything was learnt, or the disk refuses a checkpoint; Conflict for a
  /// checkpoint of another training; Unavailable for a device or a peer that is not there; NotFound for weights to begin with.
  Trained fit(const Dataset& train, const Dataset& held_out = {}) const;

  class Method;

 private:
  explicit Trainer(std::shared_ptr<const Method> method) : method_(std::move(method)) {}

  std::shared_ptr<const Method> method_;
  EpochCallback on_epoch_;
};

}  // namespace workflow
