#pragma once

#include <concepts>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "workflow/base/device.h"
#include "workflow/base/export.h"
#include "workflow/base/json.h"
#include "workflow/graph/value_type.h"
#include "workflow/model/precision_report.h"
#include "workflow/model/spec.h"

namespace workflow {

class Catalogue;
class LoadedModel;

/// A loaded model; Detector, Classifier, Embedder and Landmarker are its kinds, and each is an operator. A copy shares
/// the weights and costs a pointer. Thread-safe: nothing in it changes.
class WORKFLOW_EXPORT Model {
 public:
  const ModelSpec& spec() const;
  const std::vector<std::string>& labels() const;  ///< of its concepts, in the order of the net's outputs
  std::string name() const;                        ///< "face-detector@1"

  /// Where it computes when the caller does not say.
  const Device& device() const { return device_; }

  /// Brings the weights to a device and warms up there, for the calling thread's number of OpenMP threads; nothing
  /// later is then a first time. Throws Error (Unavailable) where there is no such device.
  void prepare(const Device& device) const;

  /// Called when a graph takes it in as a step. Throws Error (TypeMismatch) where the port carries images and the model
  /// takes texts, or the other way round; only the model itself knows, as a Classifier's class takes both.
  void check_reads(const ValueType& type) const;

  /// The same model as the kind that it is: `trained.model.as<Classifier>()`. Throws Error (TypeMismatch) where it is
  /// another.
  template <std::derived_from<Model> T>
  T as() const {
    check_gives(T::output);
    return T(loaded_, device_);
  }

  /// Its parts, which all copies share; opaque to hosts.
  const std::shared_ptr<const LoadedModel>& parts() const { return loaded_; }

  Precision precision() const;

  /// How far its outputs on its own device are from those in Float32, measured at load.
  PrecisionReport precision_report() const;

  /// What a graph's JSON holds of it: {"model": "face-detector", "version": 1}, and its "precision" where that is not
  /// float32; an Int8 model that is read again is calibrated on made-up pictures.
  Json to_json() const;

 protected:
  Model(std::shared_ptr<const LoadedModel> loaded, Device device);
  const LoadedModel& loaded() const { return *loaded_; }

 private:
  void check_gives(std::string_view output) const;

  std::shared_ptr<const LoadedModel> loaded_;
  Device device_;
};

}  // namespace workflow
