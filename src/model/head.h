#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "weights/weights.h"
#include "workflow/base/json.h"

namespace workflow {

/// What stands on a trunk: turns an embedding into one output for each label, to be read by "softmax" or "sigmoid".
///
/// | kind       | settings                   | tensors                                                             |
/// |------------|----------------------------|---------------------------------------------------------------------|
/// | layers     |                            | "0.weight" [out, in], "0.bias" [out], "1.weight", ...; ReLU between |
/// | neighbours | k (1..1000), temperature   | "examples" [n, in] of length 1, "labels" [n] as I32                 |
///
/// With `normalise` an embedding is brought to length 1 first: layers whose rows are means of length 1 are prototypes.
/// Neighbours' outputs are the logarithms of the shares of the k most similar examples, weighted by exp(cosine /
/// temperature). Const and thread-safe.
class Head {
 public:
  /// `settings` are the manifest's, of which "trunk" is passed over. Throws Error: InvalidSetting, InvalidModel with what is
  /// missing, extra or misshapen, or where a number is NaN.
  Head(const Json& settings, const Weights& weights, const std::string& model);

  std::size_t inputs() const { return inputs_; }
  std::size_t outputs() const { return outputs_; }

  /// `embedding` has inputs() numbers, `into` room for outputs().
  void operator()(std::span<const float> embedding, std::span<float> into) const;

 private:
  struct Layer {
    std::size_t in = 0;
    std::size_t out = 0;
    std::vector<float> weight;
    std::vector<float> bias;
  };

  void read_layers(const Weights& weights, const std::string& model);
  void read_neighbours(const Weights& weights, const std::string& model);
  void run_layers(std::span<const float> embedding, std::span<float> into) const;
  void run_neighbours(std::span<const float> embedding, std::span<float> into) const;

  bool normalise_ = false;
  std::size_t k_ = 0;  // of neighbours; 0: layers
  float temperature_ = 1;
  std::vector<Layer> layers_;
  std::vector<float> examples_;
  std::vector<std::size_t> labels_;
  std::size_t inputs_ = 0;
  std::size_t outputs_ = 0;
};

}  // namespace workflow
