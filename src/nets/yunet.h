#pragma once

#include <array>

#include "nets/net.h"

namespace workflow {

/// YuNet (n): a face detector with five points a face (Wu, Peng, Yu: YuNet, 2023; ShiqiYu/libfacedetection.train).
/// Takes [N, 3, H, W] in BGR 0..255, sides multiples of 32. Gives one output [N, P, 16]: for the cells of strides 8, 16
/// and 32, row by row, class, objectness, box (4) and points (10), all raw.
class YuNet : public Net {
 public:
  YuNet();
  std::vector<torch::Tensor> forward(const torch::Tensor& x) override;

 protected:
  void join_units() override;

 private:
  struct Separable {
    ConvUnit* pointwise = nullptr;
    ConvUnit* depthwise = nullptr;
    torch::Tensor operator()(const torch::Tensor& x) const { return (*depthwise)((*pointwise)(x)); }
  };

  Separable separable(const std::string& name, std::int64_t in, std::int64_t out, bool is_head);
  torch::Tensor heads(std::size_t level, const torch::Tensor& x) const;

  static constexpr std::size_t levels = 3;
  ConvUnit* stem_;
  std::vector<Separable> backbone_;
  std::array<Separable, levels> lateral_;
  std::array<Separable, levels> shared_;
  std::array<std::array<Separable, 4>, levels> heads_;
  std::array<Separable, levels> joined_heads_;  // all four in one, once prepared
};

}  // namespace workflow
