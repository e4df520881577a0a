#pragma once

#include "nets/net.h"

namespace workflow {

/// Tiny Darknet (Redmon 2016), an ImageNet classifier of 4 MB, with the names of its Keras form: `conv2d_1`,
/// `batch_normalization_1`, and on. Takes [N, 3, H, W], RGB in 0..1; gives one output [N, outputs], raw.
class TinyDarknet : public Net {
 public:
  explicit TinyDarknet(std::int64_t outputs);
  std::vector<torch::Tensor> forward(const torch::Tensor& x) override;

 private:
  struct Layer {
    ConvUnit* conv;
    bool is_pooled;  // by 2 x 2 maxima behind it
  };
  std::vector<Layer> layers_;
  ConvUnit* last_;
};

}  // namespace workflow
