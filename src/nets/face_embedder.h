#pragma once

#include "nets/net.h"

namespace workflow {

/// The 29-layer residual net of dlib's kind that face-api recognises faces with; its "scale" layers are folded into the
/// convolutions at import. Takes [N, 3, 150, 150]; gives one output [N, 128].
class FaceEmbedder : public Net {
 public:
  FaceEmbedder();
  std::vector<torch::Tensor> forward(const torch::Tensor& x) override;

 private:
  struct Block {
    ConvUnit* first;
    ConvUnit* second;
    bool is_down;  // halves the size: its shortcut is pooled and filled up with zeros
  };

  static torch::Tensor run(const Block& block, const torch::Tensor& x);

  ConvUnit* stem_;
  std::vector<Block> blocks_;
  torch::nn::Linear fc_{nullptr};
};

}  // namespace workflow
