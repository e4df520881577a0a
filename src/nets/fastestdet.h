#pragma once

#include <array>

#include "nets/net.h"

namespace workflow {

/// FastestDet (dog-qiuqiu 2022), an anchor-free detector of 0.24 million parameters on a ShuffleNetV2, with upstream's
/// names. Takes [N, 3, S, S], S a multiple of 32, BGR in 0..1. Gives one output [N, 5 + classes, S/16, S/16]: objectness
/// (a probability), x, y, width and height (raw), and the classes' probabilities.
class FastestDet : public Net {
 public:
  explicit FastestDet(std::int64_t classes = 80);
  std::vector<torch::Tensor> forward(const torch::Tensor& x) override;

 private:
  using Path = std::vector<ConvUnit*>;
  struct Block {
    Path main;
    Path shortcut;  // empty in blocks of stride 1, which pass every other channel on as it is
  };

  Block block(const std::string& name, std::int64_t in, std::int64_t out, std::int64_t stride);
  Path head(const std::string& name, std::int64_t out);

  static torch::Tensor run(const Path& path, const torch::Tensor& x);
  static torch::Tensor run(const Block& block, const torch::Tensor& x);

  ConvUnit* stem_;
  std::array<std::vector<Block>, 3> stages_;
  ConvUnit* spp_in_;
  std::array<Path, 3> spp_;
  ConvUnit* spp_out_;
  ConvUnit* neck_;
  Path objectness_;
  Path boxes_;
  Path classes_;
};

}  // namespace workflow
