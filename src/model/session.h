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
#include "workflow/values/text.h"

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
  /// `model` is what errors call it, "face-detector@1".
  explicit Session(std::string model) : model_(std::move(model)) {}
  virtual ~Session() = default;

  /// Runs the images, in as many passes as the net likes best. None gives no outputs. Throws Error (InvalidValue) for an
  /// empty image and where an output holds NaN; TypeMismatch where the net takes texts. Computes with the calling thread's
  /// own number of OpenMP threads.
  virtual std::vector<Output> run(std::span<const Image> images) const;

  /// The same for texts: one row each in every output, however long the text is. Throws Error: what check_texts throws,
  /// InvalidValue where an output holds NaN, TypeMismatch where the net takes images.
  virtual std::vector<Output> run(std::span<const Text> texts) const;

  /// Makes what oneDNN makes once for each shape and number of threads, for the calling thread's number of them; without
  /// it the first call with another number than at load is a slow one.
  virtual void warm_up() const = 0;

  /// Items in one pass; of images measured at load.
  virtual std::size_t micro_batch() const = 0;

  /// How far the outputs are from those in Float32.
  virtual PrecisionReport precision_report() const { return {}; }

 protected:
  const std::string& model() const { return model_; }

 private:
  std::string model_;
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

struct TextSessionSettings {
  std::string model;
  std::string architecture;
  Json settings;
  Json preprocessing;
};

/// The same for a net that takes texts. `weights` also hold what its texts are cut up with: see docs/formats.md.
/// Throws Error as open_session does, and InvalidSetting or InvalidModel for preprocessing that makes no sense.
std::shared_ptr<const Session> open_text_session(const TextSessionSettings& settings, const Weights& weights,
                                                 const Device& device);

}  // namespace workflow
