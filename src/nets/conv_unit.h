#pragma once

#include <torch/torch.h>

#include <string>
#include <vector>

namespace workflow {

/// What follows a convolution. LeakyRelu's slope is 0.1, Darknet's.
enum class Activation { None, Relu, Relu6, LeakyRelu, Hardswish, Hardsigmoid, Silu, Sigmoid };

enum class Padding {
  None,
  Half,  ///< kernel / 2 on all four sides
  Same,  ///< TensorFlow's: what is odd of it goes to the right and below, so nothing is put left or above at stride 2
};

struct ConvSettings {
  std::int64_t in = 0;   ///< channels
  std::int64_t out = 0;  ///< channels
  std::int64_t kernel = 1;
  std::int64_t stride = 1;
  std::int64_t groups = 1;
  bool bias = true;
  Padding padding = Padding::None;
  Activation activation = Activation::None;
  std::string norm = {};  ///< the dotted name of its batch normalisation; none where empty
  double norm_epsilon = 1e-5;
};

/// A convolution with what follows it: batch normalisation and activation, both optional.
///
/// As it is made it runs the plain operators, so that it can be trained. After fold() it runs one convolution with the
/// normalisation folded into it. After pack(), on the CPU, that is oneDNN's with its weights laid out once and ReLU
/// fused into it; measured on these nets it is 5 to 20 % ahead of plain channels_last, and far ahead on one thread,
/// where ATen would send small 1x1 convolutions to the BLAS.
/// Calls are thread-safe once it is packed; fold() and pack() are not.
class ConvUnit {
 public:
  /// Makes the modules; the net registers them under their names.
  explicit ConvUnit(const ConvSettings& settings);

  torch::nn::Conv2d conv{nullptr};
  torch::nn::BatchNorm2d norm{nullptr};  ///< null where there is none

  torch::Tensor operator()(const torch::Tensor& x) const;

  void fold();    ///< takes the parameters as they are now
  void unfold();  ///< back to the plain operators

  /// The next call lays the weights out for the shape that it sees; other shapes then run too, some a little slower.
  /// Does nothing on another device than the CPU, or where this LibTorch lacks oneDNN.
  void pack_at_next_call();

  /// One unit that gives the channels of all `units`, one after the other: for units on the same input, or, where all
  /// are depthwise, on such units' joined outputs. Folded; not trained.
  static ConvUnit joined(const std::vector<const ConvUnit*>& units);

 private:
  torch::Tensor plain(const torch::Tensor& x) const;
  torch::Tensor folded(const torch::Tensor& x) const;
  torch::Tensor padded(const torch::Tensor& x) const;
  void pack(const torch::Tensor& x) const;

  ConvSettings settings_;
  std::int64_t symmetric_ = 0;  // padding that the convolution itself does
  bool folded_ = false;
  torch::Tensor weight_;
  torch::Tensor bias_;
  // Written by the packing call only, which prepare() makes before anybody else sees the net.
  mutable bool pack_next_ = false;
  mutable c10::IValue packed_;
};

/// 2 x 2 maxima at stride 2, as max_pool2d with `ceil_mode` gives; where no gradient is asked for by element-wise maxima
/// instead of LibTorch's pooling, which also keeps the indices and takes four times as long.
torch::Tensor max_pool_2x2(const torch::Tensor& x);

}  // namespace workflow
