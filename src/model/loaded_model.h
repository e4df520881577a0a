#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "model/session.h"
#include "workflow/graph/items.h"
#include "workflow/model/spec.h"

namespace workflow {

/// A model's parts in memory: what all copies of a Model share. Thread-safe.
class LoadedModel {
 public:
  /// Throws Error (InvalidSetting) for preprocessing that makes no sense.
  LoadedModel(ModelSpec spec, std::vector<std::string> labels, Weights weights);

  const ModelSpec& spec() const { return spec_; }
  const std::vector<std::string>& labels() const { return labels_; }
  const Preprocess& preprocess() const { return preprocess_; }  ///< of a model that takes images
  const Weights& weights() const { return weights_; }

  /// The session on a device, made when it is first asked for. Throws Error as open_session does.
  const Session& session(const Device& device) const;

  /// Runs a batch on its own device, or else on `otherwise`; none gives no outputs. Throws Error as Session::run does.
  template <class T>
  std::vector<Output> run(const Batch<T>& items, const Device& otherwise) const {
    if (items.empty()) return {};
    return session(items.device() ? *items.device() : otherwise).run(items.span());
  }

 private:
  ModelSpec spec_;
  std::vector<std::string> labels_;
  Weights weights_;
  Preprocess preprocess_;
  mutable std::mutex mutex_;
  mutable std::map<std::string, std::shared_ptr<const Session>> sessions_;  // by the device's name
};

}  // namespace workflow
