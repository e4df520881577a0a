#pragma once

#include <memory>
#include <string>

#include "train/libtorch/deep/weight_update.h"
#include "workflow/train/deep_options.h"

namespace workflow {

/// The processes that train together. Every call is made by all of them in the same order; one that is missing for longer
/// than Processes::seconds_until_lost makes it an Error (Unavailable) in the others.
class Peers {
 public:
  virtual ~Peers() = default;

  /// Meets the others: through LibTorch's TCPStore on rank 0's machine, then Gloo between each two. Of one process alone a
  /// group that does nothing. Throws Error (Unavailable) where they do not come, or this build has no Gloo.
  static std::unique_ptr<Peers> join(const Processes& processes);

  /// Puts the mean over all in the place of the parameters' gradients, and of `loss`, a tensor of one number.
  virtual void average(const std::vector<LearntParameter>& parameters, torch::Tensor& loss) = 0;

  /// Puts rank 0's numbers in the place of everybody's.
  virtual void take_from_first(const NamedTensors& tensors) = 0;
  virtual double first(double value) = 0;
  virtual std::string first(const std::string& text) = 0;

  /// Whether it holds for any.
  virtual bool any(bool value) = 0;
};

}  // namespace workflow
