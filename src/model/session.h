#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "model/preprocess/preprocess.h"
#include "weights/weights.h"
#include "workflow/base/device.h"
#include "workflow/base/json.h"
#include "workflow/model/precision_report.h"
#include "workflow/values/image.h"

namespace workflow {

/// One output tensor of a net: row-major, the batch first.
struct Output {
  std::vector<float> values;
  std::vector<std::int64_t> shape;

  /// The part of one item of the batch.
  std::span<const float> row(std::size_t item) const {
    const std::size_t length = shape.empty() || shape[0] == 0 ? 0 : values.size() / static_cast<std::size_t>(shape[0]);
    return std::span(values).subspan(item * length, length);
  }
};

/// A net on one device, ready to run. Thread-safe: the weights are shared and never change.
class Session {
 public:
  virtual ~Session() = default;

  /// Runs the images, in as many passes as the net likes best. None gives no outputs. Throws Error (InvalidValue) for an
  /// empty image and where an output holds NaN. Computes with the calling thread's own number of OpenMP threads.
  virtual std::vector<Output> run(std::span<const Image> images) const = 0;

  /// Makes what oneDNN makes once for each shape and number of threads, for the calling thread's number of them; without
  /// it the first call with another number than at load is a slow one.
  virtual void warm_up() const = 0;

  /// Images in one pass; measured at load.
  virtual std::size_t micro_batch() const = 0;

  /// How far the outputs are from those in Float32.
  virtual PrecisionReport precision_report() const { return {}; }
};

struct SessionSettings {
  std::string model;  ///< what errors call it, "face-detector@1"
  std::string architecture;
  Json settings;
  Preprocess preprocess;
  Precision precision = Precision::Float32;
  std::vector<Image> calibration = {};  ///< pictures of the model's own kind, for Int8
};

/// Makes the net, loads the weights, measures which micro-batch takes the least time an image, and warms up.
/// Throws Error: what make_net and load_weights throw, Unavailable for a device that is not there.
std::shared_ptr<const Session> open_session(const SessionSettings& settings, const Weights& weights, const Device& device);

}  // namespace workflow
