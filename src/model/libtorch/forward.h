#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/compiled_net.h"
#include "model/libtorch/device.h"
#include "nets/net.h"

namespace workflow {

/// A net's forward pass with what it reads and writes as plain floats: compiled to oneDNN's primitives on the processor,
/// LibTorch's own on another device, or where the net has a step that can't be compiled. Thread-safe.
class Forward {
 public:
  /// Where an output's numbers go; called once for each output, in their order.
  using Take = std::function<void(std::size_t number, std::span<const float> values, const Shape& shape)>;

  /// `item` is one input's [H, W, C]. `calibration`: inputs for Int8, at least one. Throws Error: Unavailable where the
  /// device or the processor can't compute with `precision`; dnnl::error where oneDNN fails.
  Forward(const std::string& model, std::shared_ptr<Net> net, const torch::Device& device, const Shape& item,
          Precision precision, std::span<const std::vector<float>> calibration);

  /// `write` puts the inputs, [batch, H, W, C], into the memory that it is handed.
  void run(std::size_t batch, const std::function<void(std::span<float>)>& write, const Take& take) const;

  /// Lays what is packed for a shape out for the batch that will come most; drops what larger ones needed.
  void settle(std::size_t batch);

 private:
  void compile(const std::string& model, Precision precision, std::span<const std::vector<float>> calibration);
  torch::Tensor tensor_over(std::span<float> values, std::size_t batch) const;
  torch::Tensor example(std::size_t batch) const;

  std::shared_ptr<Net> net_;
  torch::Device device_;
  Shape item_;
  std::optional<CompiledNet> compiled_;
};

}  // namespace workflow
