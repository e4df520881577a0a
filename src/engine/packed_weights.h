#pragma once

#include <map>
#include <mutex>
#include <vector>

#include "engine/onednn.h"

namespace workflow {

/// The weights of a net as oneDNN wants them, made once for each layout that its programs ask for, whatever their batch
/// size. Thread-safe.
class PackedWeights {
 public:
  /// The weights of a step in the layout `wanted`. With `scales`, one for each output channel, they become whole
  /// numbers: weight / scale.
  dnnl::memory weights(std::size_t number, const NetStep& step, const onednn::Desc& wanted, std::span<const float> scales);

  /// The biases, each divided by the scale of its channel where there are `scales`; zeros where the step has none.
  dnnl::memory bias(std::size_t number, const NetStep& step, std::span<const float> scales);

 private:
  mutable std::mutex mutex_;
  std::map<std::size_t, std::vector<dnnl::memory>> weights_;  // by the number of the step
  std::map<std::size_t, dnnl::memory> biases_;
};

/// [out, in / groups, rows, columns] with the groups apart, as oneDNN wants them: [groups, out / groups, ...].
Shape grouped_shape(const NetStep& step);

/// The largest weight of each output channel, without its sign, over 127; 1 where all are 0.
std::vector<float> weight_scales(const NetStep& step);

}  // namespace workflow
