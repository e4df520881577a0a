#pragma once

#include <array>

#include "nets/net.h"

namespace workflow {

/// face-api's small Xception (after Chollet 2016) with its two heads, the net of face-age-gender.
/// Takes [N, 3, 112, 112]; gives two outputs: [N, 1], the age in years, and [N, 2], male and female, raw.
class TinyXception : public Net {
 public:
  TinyXception();
  std::vector<torch::Tensor> forward(const torch::Tensor& x) override;

 private:
  struct Separable {
    ConvUnit* depthwise = nullptr;
    ConvUnit* pointwise = nullptr;
    torch::Tensor operator()(const torch::Tensor& x) const { return (*pointwise)((*depthwise)(x)); }
  };
  struct Reduction {
    std::array<Separable, 2> path;
    ConvUnit* shortcut = nullptr;
  };
  using Main = std::array<Separable, 3>;

  Separable separable(const std::string& name, std::int64_t in, std::int64_t out);
  Reduction reduction(const std::string& name, std::int64_t in, std::int64_t out);

  static torch::Tensor run(const Reduction& block, const torch::Tensor& x, bool is_first);
  static torch::Tensor run(const Main& block, const torch::Tensor& x);

  ConvUnit* stem_;
  std::array<Reduction, 2> entry_;
  std::array<Main, 2> middle_;
  Reduction exit_;
  Separable last_;
  torch::nn::Linear age_{nullptr};
  torch::nn::Linear gender_{nullptr};
};

}  // namespace workflow
