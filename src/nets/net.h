#pragma once

#include <torch/torch.h>

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "nets/conv_unit.h"

namespace workflow {

/// An architecture: a torch::nn module whose parameters bear the names of the upstream file, so that it loads as it is.
///
/// As it is made it runs the plain operators and can be trained. prepare() makes it ready for inference: from then on
/// forward() is thread-safe, gives no gradient, and the parameters are no longer looked at; train() undoes that.
/// Derived classes add their units in the constructor and write forward(); nothing else.
class Net : public torch::nn::Module {
 public:
  /// `x` is [batch, channels, height, width], best in channels_last; of a net that reads texts [batch, tokens] as int64, -1
  /// where a text has ended. Gives the outputs, batch first.
  virtual std::vector<torch::Tensor> forward(const torch::Tensor& x) = 0;

  /// Whether forward() is a fixed sequence of operators for inputs of one shape, so that trace() may write it down.
  virtual bool can_be_traced() const { return true; }

  /// Stops training and folds the normalisations into the convolutions, which is all that trace() wants of a net.
  void fold();

  /// Folds, moves to the device of `example` (an input of the shape that will come most) and lays the weights out for it.
  void prepare(const torch::Tensor& example);

  void train(bool on = true) override;

  bool is_prepared() const { return is_prepared_; }

  /// Adds a convolution under a dotted name, as `backbone.model0.conv1`, making the containers on the way; a part that
  /// several nets share, as a residual trunk, adds its own under the prefix that its net names.
  /// The reference stays valid as long as the net.
  ConvUnit& conv(const std::string& name, const ConvSettings& settings);

  /// A fully connected layer under a dotted name.
  torch::nn::Linear linear(const std::string& name, std::int64_t in, std::int64_t out, bool bias = true);

 protected:
  /// Called once all units are folded: a net that can join some of them does so here and hands them to joined().
  virtual void join_units() {}

  /// Takes a joined unit in, so that it is packed with the others.
  ConvUnit& add_joined(ConvUnit unit);

 private:
  torch::nn::Module& container(const std::string& dotted);
  void add(const std::string& dotted, const std::shared_ptr<torch::nn::Module>& module);

  std::deque<ConvUnit> units_;
  std::deque<ConvUnit> joined_;
  bool is_prepared_ = false;
};

}  // namespace workflow
