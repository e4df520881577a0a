#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "model/directory.h"
#include "model/session.h"
#include "workflow/graph/items.h"

namespace workflow {

/// A model's parts in memory: what all copies of a Model share. Thread-safe.
class LoadedModel {
 public:
  /// A head's `trunk` is the model whose outputs it reads, and sees what the trunk sees; null for every other model.
  /// Throws Error (InvalidSetting) for preprocessing that makes no sense.
  explicit LoadedModel(ModelDirectory model, std::shared_ptr<const LoadedModel> trunk = nullptr);

  /// The same model, the weights shared, that computes with another precision. `calibration` is what Int8 measures how
  /// far its tensors reach on; where it is empty, made-up pictures serve.
  std::shared_ptr<const LoadedModel> with(Precision precision, std::vector<Image> calibration) const;

  Precision precision() const { return precision_; }
  const std::vector<Image>& calibration() const { return calibration_; }

  const ModelSpec& spec() const { return model_.spec; }
  const std::vector<std::string>& labels() const { return model_.labels; }
  const std::string& card() const { return model_.card; }
  const Weights& weights() const { return model_.weights; }
  const std::shared_ptr<const LoadedModel>& trunk() const { return trunk_; }
  const Preprocess& preprocess() const { return preprocess_; }  ///< of a model that takes images

  /// The session on a device, made when it is first asked for. Throws Error as open_session does.
  const Session& session(const Device& device) const;

  /// Runs a batch on its own device, or else on `otherwise`; none gives no outputs. Throws Error as Session::run does.
  template <class T>
  std::vector<Output> run(const Batch<T>& items, const Device& otherwise) const {
    if (items.empty()) return {};
    return session(items.device() ? *items.device() : otherwise).run(items.span());
  }

 private:
  ModelDirectory model_;
  std::shared_ptr<const LoadedModel> trunk_;
  Preprocess preprocess_;
  Precision precision_ = Precision::Float32;
  std::vector<Image> calibration_;
  mutable std::mutex mutex_;
  mutable std::map<std::string, std::shared_ptr<const Session>> sessions_;  // by the device's name
};

}  // namespace workflow
