#pragma once

#include <array>

#include "nets/centernet_trunk.h"

namespace workflow {

/// CenterNet (Zhou, Wang and Kraehenbuehl: Objects as Points, 2019) on a MobileNetV3.
/// Takes [N, 3, S, S], S a multiple of 32, RGB 0..255. Gives two outputs: heat maps [N, classes, S/4, S/4], raw, one a
/// class, whose peaks are the objects' centres; and [N, 4, S/4, S/4], the distances in pixels of the input from a centre
/// to its box's left, upper, right and lower side.
class CenterNet : public Net {
 public:
  explicit CenterNet(std::int64_t classes = 80);
  std::vector<torch::Tensor> forward(const torch::Tensor& x) override;

 private:
  struct Separable {
    ConvUnit* depthwise = nullptr;
    ConvUnit* pointwise = nullptr;
    torch::Tensor operator()(const torch::Tensor& x) const { return (*pointwise)((*depthwise)(x)); }
  };
  // Brings the coarser map to the size of a finer one and joins the two.
  struct Level {
    std::array<Separable, 2> branches;
    ConvUnit* squeeze = nullptr;  // of the finer map
    Separable lateral;
  };

  Separable separable(const std::string& depthwise, const std::string& pointwise, std::int64_t in, std::int64_t out,
                      std::int64_t kernel);

  CenterNetTrunk trunk_;
  std::array<Level, 3> levels_;  // to strides 16, 8 and 4
  ConvUnit* squeeze_;
  ConvUnit* excite_;
  Separable classes_;
  Separable sizes_;
};

/// Twice the size as TensorFlow's ResizeBilinear gives it without half-pixel centres: what was there stays at the even
/// places, means stand between, and the last row and column are there twice.
torch::Tensor tf_twice_the_size(const torch::Tensor& x);

}  // namespace workflow
