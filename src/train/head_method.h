#pragma once

#include "train/head_data.h"
#include "train/method.h"
#include "weights/weights.h"

namespace workflow {

/// Trains a head on a trunk's embeddings.
class HeadMethod : public Trainer::Method {
 public:
  /// Throws Error (InvalidSetting) for an option out of its range.
  HeadMethod(Embedder trunk, HeadOptions options);

  Trained fit(const Dataset& train, const Dataset& held_out, const EpochCallback& on_epoch) const override;

 private:
  Weights train_layers(const Dataset& train, HeadData& data, const EpochCallback& on_epoch, Report& report) const;
  Weights take_nearest(HeadData& data, Json& settings) const;

  Embedder trunk_;
  HeadOptions options_;
};

/// Throws Error (InvalidSetting) for an option out of its range.
void check(const HeadOptions& options);

/// The options as a report shows them.
Json settings_of(const HeadOptions& options);

std::string_view name_of(HeadKind kind);

}  // namespace workflow
