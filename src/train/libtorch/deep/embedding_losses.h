#pragma once

#include <torch/torch.h>

namespace workflow {

/// ArcFace's logits: the cosines between embeddings [N, length] and centres [concepts, length], those of the right concept
/// as if the angle were larger by `margin` radians, times `scale`. Beyond pi the cosine would rise again; there it falls on in
/// a straight line, as in the authors' code. In 32 bits.
torch::Tensor arcface_logits(const torch::Tensor& embeddings, const torch::Tensor& centres, const torch::Tensor& labels,
                             double scale, double margin);

/// The supervised contrastive loss of embeddings [N, length] of length 1: each is an anchor, those of its label are positives,
/// all others stand in the denominator. The mean over anchors that have a positive. In 32 bits.
torch::Tensor supervised_contrastive(const torch::Tensor& embeddings, const torch::Tensor& labels, double temperature);

}  // namespace workflow
