#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "model/session.h"
#include "workflow/model/spec.h"

namespace workflow {

/// A model's parts in memory: what all copies of a Model share. Thread-safe.
class LoadedModel {
 public:
  /// Throws Error (InvalidSetting) for preprocessing that makes no sense.
  LoadedModel(ModelSpec spec, std::vector<std::string> labels, Weights weights);

  /// The same model, the weights shared, that computes with another precision. `calibration` is what Int8 measures how
  /// far its tensors reach on; where it is empty, made-up pictures serve.
  std::shared_ptr<const LoadedModel> with(Precision precision, std::vector<Image> calibration) const;

  Precision precision() const { return precision_; }

  const ModelSpec& spec() const { return spec_; }
  const std::vector<std::string>& labels() const { return labels_; }
  const Preprocess& preprocess() const { return preprocess_; }
  const Weights& weights() const { return weights_; }

  /// The session on a device, made when it is first asked for. Throws Error as open_session does.
  const Session& session(const Device& device) const;

 private:
  ModelSpec spec_;
  std::vector<std::string> labels_;
  Weights weights_;
  Preprocess preprocess_;
  Precision precision_ = Precision::Float32;
  std::vector<Image> calibration_;
  mutable std::mutex mutex_;
  mutable std::map<std::string, std::shared_ptr<const Session>> sessions_;  // by the device's name
};

}  // namespace workflow
