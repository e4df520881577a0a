#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "weights/weights.h"

namespace workflow {

/// In which order TensorFlow's axes become ours: axis i of the result is axis order[i] of the source.
namespace tf_order {
inline const std::vector<std::size_t> vector = {0};
inline const std::vector<std::size_t> connected = {1, 0};          ///< in, out
inline const std::vector<std::size_t> convolution = {3, 2, 0, 1};  ///< height, width, in, out
inline const std::vector<std::size_t> depthwise = {2, 3, 0, 1};    ///< height, width, channels, 1
}  // namespace tf_order

/// Collects tensors that an import converts, in storage of their own.
class ConvertedWeights {
 public:
  /// Adds a tensor with its axes in another order, and under another name. `scale` multiplies and `shift` is added to each
  /// slice of the result's first axis; null for none. Throws Error (InvalidModel) that names the tensor, where it is not of
  /// F32, has another number of axes than the order, or where scale or shift have another length than the first axis.
  void add(std::string name, const TensorView& tensor, const std::vector<std::size_t>& order,
           const TensorView* scale = nullptr, const TensorView* shift = nullptr);

  void add(std::string name, std::vector<float> values, std::vector<std::int64_t> shape);

  /// What was added; empty afterwards.
  Weights take();

 private:
  std::shared_ptr<std::deque<std::vector<float>>> values_ = std::make_shared<std::deque<std::vector<float>>>();
  Weights weights_;
};

/// A tensor's numbers. Throws Error (InvalidModel) that names it, where it is not of F32.
std::vector<float> floats_of(const TensorView& tensor);

/// Throws Error (InvalidModel): "tensor <name>: wanted <wanted>".
[[noreturn]] void refuse_tensor(const TensorView& tensor, std::string_view wanted);

}  // namespace workflow
